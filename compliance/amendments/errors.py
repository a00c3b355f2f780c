"""Why a text cannot be read or applied, said so that it can be mended."""

import yaml
from pydantic import ValidationError


class AmendmentError(Exception):
    """The text is refused; nothing was written. The message has a line for each problem."""

    @classmethod
    def of(cls, error: ValidationError | yaml.YAMLError) -> "AmendmentError":
        """Return the refusal of a document that has not the form of an amendment."""
        if isinstance(error, yaml.YAMLError):
            return cls(str(error))
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return cls("\n".join(lines))
