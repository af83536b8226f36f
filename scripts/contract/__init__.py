"""Reading a migrationContract.json: every dialect of it, every problem of it, and the model that comes out."""

from scripts.contract.read import check_contract, read_contract

__all__ = ["check_contract", "read_contract"]
