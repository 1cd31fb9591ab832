package io.quorate.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A persistent B+tree from keys, as unsigned bytes, to the newest version of each, tombstones included until compaction takes
 * them. Nodes never change: a write copies the path from the leaf to the root, some hundred bytes per level, and whoever holds
 * an old root goes on reading it. Every node knows how many live keys are under it, so counting a range costs two descents.
 */
sealed interface Tree permits Tree.Leaf, Tree.Branch {
    /** Most entries of a leaf and most children of a branch: what a write copies, against the height. */
    int MAX = 32;

    /** A node with fewer is put together with a neighbour, where both fit in one. */
    int SPARSE = MAX / 4;

    Tree EMPTY = new Leaf(new byte[0][], new KeyValue[0], 0);

    /** Sees the newest version of a key. */
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(KeyValue newest);
    }

    /** The live keys under this node. */
    long live();

    /** Its entries or children. */
    int size();

    /** The newest version of a key, which may be a tombstone; null if there is none. */
    @Nullable
    KeyValue find(byte[] key);

    /** The live keys before this one. */
    long liveBefore(byte[] key);

    /**
     * Shows the entries of a range in order.
     *
     * @param from the first key, null for the least
     * @param to exclusive, null for no end
     * @return false if the visitor stopped it
     */
    boolean visit(byte @Nullable [] from, byte @Nullable [] to, Visitor visitor);

    /** This with a version as the newest of its key; may have one entry too many, which {@link #put} and a branch above mend. */
    Tree with(KeyValue newest);

    /** This without a key, which must be there; may be sparse or empty. */
    Tree without(byte[] key);

    /** The key that a right half begins with, when this is cut at its middle. */
    byte[] middleKey();

    Tree half(boolean right);

    /** This and its right neighbour, which begins with {@code rightFirst}, as one. */
    Tree joined(byte[] rightFirst, Tree right);

    /** The root after a write. */
    static Tree put(Tree root, KeyValue newest) {
        Tree written = root.with(newest);
        if (written.size() <= MAX) {
            return written;
        }
        Tree[] halves = {written.half(false), written.half(true)};
        return new Branch(new byte[][] {written.middleKey()}, halves, written.live());
    }

    /** The root after the removal of a key that is there. */
    static Tree remove(Tree root, byte[] key) {
        Tree left = root.without(key);
        while (left instanceof Branch branch && branch.children.length == 1) {
            left = branch.children[0];
        }
        return left.size() == 0 ? EMPTY : left;
    }

    /** The live keys in {@code [from, to)}; null for no end. */
    static long count(Tree root, byte[] from, byte @Nullable [] to) {
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return 0;
        }
        return (to == null ? root.live() : root.liveBefore(to)) - root.liveBefore(from);
    }

    /** The index of the first of these sorted keys that is not less, so 0 to their number. */
    private static int lowerBound(byte[][] keys, byte[] key) {
        int low = 0;
        int high = keys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(keys[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static <T> T[] inserted(T[] array, int index, T element) {
        T[] longer = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, index, longer, index + 1, array.length - index);
        longer[index] = element;
        return longer;
    }

    private static <T> T[] replaced(T[] array, int index, T element) {
        T[] copy = array.clone();
        copy[index] = element;
        return copy;
    }

    private static <T> T[] removed(T[] array, int index) {
        T[] shorter = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, shorter, index, array.length - index - 1);
        return shorter;
    }

    private static <T> T[] concatenated(T[] left, T[] right) {
        T[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }

    /** Sorted keys and the newest version of each. Keys are held again so that a search touches one object per comparison. */
    final class Leaf implements Tree {
        private final byte[][] keys;
        private final KeyValue[] versions;
        private final int live;

        Leaf(byte[][] keys, KeyValue[] versions, int live) {
            this.keys = keys;
            this.versions = versions;
            this.live = live;
        }

        @Override
        public long live() {
            return live;
        }

        @Override
        public int size() {
            return keys.length;
        }

        private boolean holds(int index, byte[] key) {
            return index < keys.length && Arrays.equals(keys[index], key);
        }

        @Override
        public @Nullable KeyValue find(byte[] key) {
            int index = lowerBound(keys, key);
            return holds(index, key) ? versions[index] : null;
        }

        @Override
        public long liveBefore(byte[] key) {
            return live(0, lowerBound(keys, key));
        }

        private int live(int from, int to) {
            int count = 0;
            for (int i = from; i < to; i++) {
                count += versions[i].isTombstone() ? 0 : 1;
            }
            return count;
        }

        @Override
        public boolean visit(byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
            int end = to == null ? keys.length : lowerBound(keys, to);
            for (int i = from == null ? 0 : lowerBound(keys, from); i < end; i++) {
                if (!visitor.visit(versions[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Tree with(KeyValue newest) {
            int index = lowerBound(keys, newest.key());
            int more = newest.isTombstone() ? 0 : 1;
            if (holds(index, newest.key())) {
                int less = versions[index].isTombstone() ? 0 : 1;
                return new Leaf(keys, replaced(versions, index, newest), live + more - less);
            }
            return new Leaf(inserted(keys, index, newest.key()), inserted(versions, index, newest), live + more);
        }

        @Override
        public Tree without(byte[] key) {
            int index = lowerBound(keys, key);
            int less = versions[index].isTombstone() ? 0 : 1;
            return new Leaf(removed(keys, index), removed(versions, index), live - less);
        }

        @Override
        public byte[] middleKey() {
            return keys[keys.length / 2];
        }

        @Override
        public Tree half(boolean right) {
            int from = right ? keys.length / 2 : 0;
            int to = right ? keys.length : keys.length / 2;
            return new Leaf(Arrays.copyOfRange(keys, from, to), Arrays.copyOfRange(versions, from, to), live(from, to));
        }

        @Override
        public Tree joined(byte[] rightFirst, Tree right) {
            Leaf other = (Leaf) right;
            return new Leaf(concatenated(keys, other.keys), concatenated(versions, other.versions), live + other.live);
        }
    }

    /** Children in order of keys; {@code firsts[i]} separates child i from child i + 1, and is not greater than its first key. */
    final class Branch implements Tree {
        private final byte[][] firsts;
        private final Tree[] children;
        private final long live;

        Branch(byte[][] firsts, Tree[] children, long live) {
            this.firsts = firsts;
            this.children = children;
            this.live = live;
        }

        Tree[] children() {
            return children;
        }

        @Override
        public long live() {
            return live;
        }

        @Override
        public int size() {
            return children.length;
        }

        /** The child that holds this key, if any does. */
        private int childOf(byte[] key) {
            int index = lowerBound(firsts, key);
            return index < firsts.length && Arrays.equals(firsts[index], key) ? index + 1 : index;
        }

        @Override
        public @Nullable KeyValue find(byte[] key) {
            return children[childOf(key)].find(key);
        }

        @Override
        public long liveBefore(byte[] key) {
            int index = childOf(key);
            long count = 0;
            for (int i = 0; i < index; i++) {
                count += children[i].live();
            }
            return count + children[index].liveBefore(key);
        }

        @Override
        public boolean visit(byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
            int first = from == null ? 0 : childOf(from);
            int last = to == null ? firsts.length : lowerBound(firsts, to);
            for (int i = first; i <= last; i++) {
                if (!children[i].visit(i == first ? from : null, i == last ? to : null, visitor)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Tree with(KeyValue newest) {
            int index = childOf(newest.key());
            Tree child = children[index].with(newest);
            long total = live - children[index].live() + child.live();
            if (child.size() <= MAX) {
                return new Branch(firsts, replaced(children, index, child), total);
            }
            Tree[] grown = inserted(children, index + 1, child.half(true));
            grown[index] = child.half(false);
            return new Branch(inserted(firsts, index, child.middleKey()), grown, total);
        }

        @Override
        public Tree without(byte[] key) {
            int index = childOf(key);
            Tree child = children[index].without(key);
            long total = live - children[index].live() + child.live();
            if (child.size() == 0) {
                byte[][] left = firsts.length == 0 ? firsts : removed(firsts, Math.max(0, index - 1));
                return new Branch(left, removed(children, index), total);
            }
            Branch changed = new Branch(firsts, replaced(children, index, child), total);
            return child.size() < SPARSE ? changed.merged(index) : changed;
        }

        /** This with a sparse child put together with a neighbour, if there is one with room. */
        private Branch merged(int index) {
            if (index > 0 && children[index - 1].size() + children[index].size() <= MAX) {
                return joined(index - 1);
            }
            if (index < firsts.length && children[index].size() + children[index + 1].size() <= MAX) {
                return joined(index);
            }
            return this;
        }

        private Branch joined(int index) {
            Tree both = children[index].joined(firsts[index], children[index + 1]);
            Tree[] fewer = removed(children, index + 1);
            fewer[index] = both;
            return new Branch(removed(firsts, index), fewer, live);
        }

        @Override
        public byte[] middleKey() {
            return firsts[children.length / 2 - 1];
        }

        @Override
        public Tree half(boolean right) {
            int middle = children.length / 2;
            Tree[] part = right
                    ? Arrays.copyOfRange(children, middle, children.length)
                    : Arrays.copyOfRange(children, 0, middle);
            byte[][] between = right
                    ? Arrays.copyOfRange(firsts, middle, firsts.length)
                    : Arrays.copyOfRange(firsts, 0, middle - 1);
            long count = 0;
            for (Tree child : part) {
                count += child.live();
            }
            return new Branch(between, part, count);
        }

        @Override
        public Tree joined(byte[] rightFirst, Tree right) {
            Branch other = (Branch) right;
            byte[][] between = concatenated(inserted(firsts, firsts.length, rightFirst), other.firsts);
            return new Branch(between, concatenated(children, other.children), live + other.live);
        }
    }
}
