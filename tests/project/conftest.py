from tests import hypothesis_profiles

hypothesis_profiles.load()
