from .asking import Scorer as Scorer
from .asking import make_scorer as make_scorer
from .classification import accuracy_score as accuracy_score
from .classification import balanced_accuracy_score as balanced_accuracy_score
from .classification import confusion_matrix as confusion_matrix
from .classification import f1_score as f1_score
from .classification import fbeta_score as fbeta_score
from .classification import matthews_corrcoef as matthews_corrcoef
from .classification import precision_score as precision_score
from .classification import recall_score as recall_score
from .counts import binary_counts as binary_counts
from .counts import class_counts as class_counts
from .precision_recall import (
    average_precision_score as average_precision_score,
)
from .precision_recall import precision_recall_curve as precision_recall_curve
from .probability import brier_score_loss as brier_score_loss
from .probability import log_loss as log_loss
from .ranking import auc as auc
from .ranking import roc_auc_score as roc_auc_score
from .ranking import roc_curve as roc_curve
from .regression import mean_absolute_error as mean_absolute_error
from .regression import mean_pinball_loss as mean_pinball_loss
from .regression import mean_poisson_deviance as mean_poisson_deviance
from .regression import mean_squared_error as mean_squared_error
from .regression import r2_score as r2_score
from .regression import root_mean_squared_error as root_mean_squared_error
from .reliability import calibration_curve as calibration_curve
from .reliability import (
    expected_calibration_error as expected_calibration_error,
)
from .scorer import check_scoring as check_scoring
from .scorer import get_scorer as get_scorer
from .scorer import list_scorers as list_scorers
from .threshold import cost_threshold as cost_threshold
from .threshold import least_cost_threshold as least_cost_threshold
