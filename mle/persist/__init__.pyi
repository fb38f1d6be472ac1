from .archive import load as load
from .archive import save as save
from .names import ModelFileError as ModelFileError
