"""Walks two HDF5 files (or the weights inside two .keras archives) side by side: same groups, data sets, shapes, dtypes, attributes and
orders. Values are not compared, except attributes that list names.

    python3 compare_h5.py WRITTEN REFERENCE

Prints each difference; the exit code is the number of them, at most 100.
"""

import io
import json
import sys
import zipfile

import h5py


def open_file(path):
    if not path.endswith(".keras"):
        return h5py.File(path, "r"), None
    archive = zipfile.ZipFile(path)
    entries = [(entry.filename, entry.compress_type, entry.external_attr) for entry in archive.infolist()]
    return h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r"), (entries, archive)


def dtype_of(kind):
    """The type in the file, text with its length and encoding."""
    if isinstance(kind, h5py.h5t.TypeStringID):
        length = "variable" if kind.is_variable_str() else "fixed"
        return f"text {length} {'utf-8' if kind.get_cset() else 'ascii'}"
    return kind.dtype.str


def describe(item):
    """What must be the same: kind, shape, dtype, layout, and attributes in their order."""
    found = {"kind": type(item).__name__}
    if isinstance(item, h5py.Dataset):
        found.update(shape=item.shape, dtype=dtype_of(item.id.get_type()), chunks=item.chunks)
    attributes = {}
    for name in item.attrs:
        attribute = item.attrs.get_id(name)
        value = item.attrs[name]
        attributes[name] = {"shape": attribute.shape, "dtype": dtype_of(attribute.get_type())}
        if name.endswith("_names"):
            attributes[name]["value"] = [each.decode() if isinstance(each, bytes) else str(each) for each in value]
        if name.endswith("_config"):
            attributes[name]["keys"] = sorted(key for key in json.loads(value) if key != "nabla")
    found["attributes"] = attributes
    found["order"] = list(item.attrs) + (list(item) if isinstance(item, h5py.Group) else [])
    return found


def walk(file):
    items = {"/": describe(file)}
    file.visititems(lambda name, item: items.update({f"/{name}": describe(item)}))
    return items


def differences(written, reference):
    for path in sorted(set(written) | set(reference)):
        one, other = written.get(path), reference.get(path)
        if one != other:
            yield f"{path}\n  written:   {one}\n  reference: {other}"


def main(paths):
    (written, written_archive), (reference, reference_archive) = map(open_file, paths)
    found = list(differences(walk(written), walk(reference)))
    if written_archive and written_archive[0] != reference_archive[0]:
        found.append(f"entries\n  written:   {written_archive[0]}\n  reference: {reference_archive[0]}")
    for difference in found:
        print(difference)
    return min(len(found), 100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:3]))
