"""Writes the fixtures of this folder. Made with NumPy 1.24.2 under Python 3.11: python3 make.py"""
import numpy as np

a = np.arange(24).reshape(2, 3, 4)
for name, dtype in [("float32", "<f4"), ("float64", "<f8"), ("int64", "<i8"), ("int32", "<i4"), ("uint8", "u1")]:
    np.save(name + ".npy", a.astype(dtype))
np.save("bool.npy", a % 3 == 0)
np.save("fortran.npy", np.asfortranarray(a.astype("<f8")))
np.save("vector.npy", np.array([0.5, -1.25, 1e-300, np.inf, np.nan]))
np.save("scalar.npy", np.array(7.5))
np.save("empty.npy", np.zeros((0, 3)))
np.save("big_endian.npy", a.astype(">f8"))
np.save("structured.npy", np.zeros(2, dtype=[("x", "<f8"), ("y", "<i4")]))
with open("version2.npy", "wb") as f:
    np.lib.format.write_array(f, a.astype("<f8"), version=(2, 0))
np.savez("plain.npz", inputs=a[0].astype("<f8"), labels=np.array([0, 1, 0]))
np.savez_compressed("compressed.npz", inputs=np.zeros((100, 3)), labels=np.arange(100) % 2)
