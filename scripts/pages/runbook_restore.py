"""The sections of a runbook about restores: of what the settings of the service make possible, and of nothing else."""

from pathlib import Path

from scripts import names
from scripts.input_file import read_text
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.text.markdown import code, codes, table

RESTORE, BACKUPS, COPIES, ACCOUNTS = (
    Path(__file__).with_name(f"runbook_{part}.markdown") for part in ("restore", "backups", "copies", "accounts")
)
WAYS = {
    "backups": "| What is needed is older than point-in-time recovery goes back, or that is gone too | [Restore from AWS Backup](#restore-from-aws-backup) |",
    "copies": "| The backups are gone too: Region, account or vault | [Restore from a copy](#restore-from-a-copy) |",
}


def restore_sections(service: Service) -> list[str]:
    """Drill and restore of every service; AWS Backup and copies where an environment has them."""
    backed = [environment for environment in service.environments if environment.backups]
    copied = [environment for environment in backed if _copies(environment)]
    ways = [*([WAYS["backups"]] if backed else []), *([WAYS["copies"]] if copied else [])]
    sections = [read_text(RESTORE).replace("{{ways}}\n", "".join(f"{way}\n" for way in ways))]
    if backed:
        sections.append(read_text(BACKUPS).replace("{{plans}}", "\n".join(_plans(service, backed))))
    if copied:
        accounts = read_text(ACCOUNTS) if any(_elsewhere(environment) for environment in copied) else ""
        rows = [(code(e.name), codes(_copies(e))) for e in copied]
        copies = "\n".join(table(("Environment", "Vaults with copies"), rows))
        sections.append(read_text(COPIES).replace("{{copies}}", copies).replace("{{accounts}}\n", accounts))
    return [section.rstrip() for section in sections]


def _plans(service: Service, backed: list[Environment]) -> list[str]:
    """What AWS Backup does in each environment that has it."""
    rows = []
    for environment in backed:
        backups = environment.backups or {}
        cold = backups.get("cold_after_days")
        kept = f"{backups['retention_days']} days" + (f", from day {cold} in cold storage" if cold else "")
        vault = code(names.backup_vault(environment.name, service.name))
        rows.append((code(environment.name), vault, backups.get("schedule", "daily"), kept))
    note = "A recovery point in cold storage takes hours longer to restore, and cannot be copied."
    cold_anywhere = any("cold_after_days" in (e.backups or {}) for e in backed)
    head = ("Environment", "Vault", "A recovery point is made", "It is kept")
    return [*table(head, rows), *(["", note] if cold_anywhere else [])]


def _copies(environment: Environment) -> list[str]:
    """The ARNs of the vaults that get copies."""
    return list((environment.backups or {}).get("copy_to", ()))


def _elsewhere(environment: Environment) -> bool:
    """Whether copies are kept in another account, or may be, because the environment states none."""
    return any(arn.split(":")[4] != environment.account for arn in _copies(environment))
