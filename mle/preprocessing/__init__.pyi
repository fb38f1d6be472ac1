from .scale import StandardScaler as StandardScaler
