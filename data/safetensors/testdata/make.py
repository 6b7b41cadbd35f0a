"""Writes the fixture of this folder. Made with safetensors 0.8.0, NumPy 2.4.6 and ml_dtypes 0.6.0: python3 make.py"""
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "R": np.arange(6, dtype="f4").reshape(2, 3) / 4,
        "cache": np.array([1e-300, -2.5, np.inf]),
        "step": np.array(12345678901, dtype="i8"),
        "none": np.zeros((0, 4), dtype="f4"),
    },
    "python.safetensors",
    metadata={"format": "1", "note": 'größe "x" <&>'},
)
save_file({"a": np.arange(3, dtype="u2")}, "uint16.safetensors")

# 1/3 and 1/10 are rounded, the largest numbers of both types, the least subnormal one of each.
values = np.array([1 / 3, -0.1, 65504, 2.0**-24, -0.0, np.inf, -np.inf, np.nan])
half, brain = values.astype("f2"), np.append(values, [3.3895313892515355e38, 2.0**-133]).astype(ml_dtypes.bfloat16)
save_file({"half": half.reshape(2, 4), "brain": brain}, "half.safetensors")
print("half", half.astype("f8").tolist(), "brain", brain.astype("f8").tolist())
