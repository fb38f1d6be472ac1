from .columns import ColumnTransformer as ColumnTransformer
from .columns import make_column_transformer as make_column_transformer
from .select import column_places as column_places
from .select import make_column_selector as make_column_selector
from .select import take_columns as take_columns
