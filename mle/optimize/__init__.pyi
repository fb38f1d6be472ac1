from .descent import Descent as Descent
from .descent import gradient_descent as gradient_descent
from .line_search import backtracking as backtracking
