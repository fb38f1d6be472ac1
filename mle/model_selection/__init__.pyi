from .split import KFold as KFold
from .split import RepeatedStratifiedKFold as RepeatedStratifiedKFold
from .split import StratifiedKFold as StratifiedKFold
from .split import train_test_split as train_test_split
from .validate import cross_val_predict as cross_val_predict
from .validate import cross_val_score as cross_val_score
