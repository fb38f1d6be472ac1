from .indicator import MissingIndicator as MissingIndicator
from .indicator import missing_mask as missing_mask
from .neighbours import KNNImputer as KNNImputer
from .neighbours import nan_euclidean as nan_euclidean
from .neighbours import nearest as nearest
from .simple import SimpleImputer as SimpleImputer
from .simple import most_frequent as most_frequent
