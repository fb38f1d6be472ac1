from .dependence import PartialDependence as PartialDependence
from .dependence import partial_dependence as partial_dependence
from .grid import grid_of as grid_of
from .importance import PermutationImportance as PermutationImportance
from .importance import permutation_importance as permutation_importance
