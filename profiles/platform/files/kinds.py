"""How many files may be sent."""

from profiles.platform.limits.services import register_limit

UPLOAD_LIMIT = register_limit("upload", account=(30, 30), company=(60, 60))
# What the files of a company unpack to, in megabytes: that is what a check costs.
UNPACKED_LIMIT = register_limit("unpacked", company=(2048, 2048))
