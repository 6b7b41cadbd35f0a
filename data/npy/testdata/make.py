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

# Made with NumPy 2.4.6: what is widened on reading, in both byte orders, and text.
b = np.array([[0, 1, -2], [3, 100, -128]])
types = {"f2": b / 4, "i1": b, "i2": b * 100, "u2": abs(b) * 500, "u4": abs(b) * 30_000_000, "u8": abs(b) * 2**55}
arrays = {order + name: a.astype(order + name) for name, a in types.items() for order in "<>"}
arrays.update({order + name: b.astype(order + name) for name in ["f4", "f8", "i4", "i8"] for order in ">"})
arrays["half"] = np.array([1 / 3, 65504, 6e-8, -0.0, np.inf, np.nan], "<f2")
names = np.array([["setosa", "", "Müller"], ["a\0b", " x ", "虹"]])
arrays.update({"<U": names, ">U": names.astype(">U6"), "F": np.asfortranarray(names), "S": np.array([b"cat", b"doggy"])})
with open("types.npz", "wb") as f:  # an open file: numpy.savez does not take names with "<" for file names
    np.savez_compressed(f, **arrays)
np.save("objects.npy", np.array(["a", None], dtype=object))
np.save("above_int64.npy", np.array([0, 2**63], "<u8"))
