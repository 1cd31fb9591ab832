package io.quorate.kv;

import java.util.ArrayList;
import java.util.List;

/** Builds a tree from keys that come in rising order, node by node from the left: nothing is copied twice, as writing would. */
final class TreeBuilder {
    /** Three quarters: room for the writes that follow, and little lost if none do. */
    private static final int FILL = Tree.MAX * 3 / 4;

    /** A node is made when what is left can still be a node, so that the last of each level is not sparse. */
    private static final int READY = FILL + Tree.SPARSE;

    private final List<KeyValue> entries = new ArrayList<>(READY);

    /** Level 0 holds leaves. */
    private final List<Level> levels = new ArrayList<>();

    /** The nodes of one height that are not under a branch yet. */
    private static final class Level {
        private final List<byte[]> firsts = new ArrayList<>(READY);
        private final List<Tree> children = new ArrayList<>(READY);
    }

    /** @param newest of a key behind all that came before */
    void append(KeyValue newest) {
        entries.add(newest);
        if (entries.size() == READY) {
            addLeaf(FILL);
        }
    }

    private void addLeaf(int size) {
        byte[] first = entries.get(0).key();
        add(0, first, leaf(entries.subList(0, size)));
        entries.subList(0, size).clear();
    }

    private static Tree leaf(List<KeyValue> versions) {
        byte[][] keys = new byte[versions.size()][];
        int live = 0;
        for (int i = 0; i < keys.length; i++) {
            keys[i] = versions.get(i).key();
            live += versions.get(i).isTombstone() ? 0 : 1;
        }
        return new Tree.Leaf(keys, versions.toArray(new KeyValue[0]), live);
    }

    private void add(int height, byte[] first, Tree node) {
        if (height == levels.size()) {
            levels.add(new Level());
        }
        Level level = levels.get(height);
        level.firsts.add(first);
        level.children.add(node);
        if (level.children.size() == READY) {
            byte[] firstOfAll = level.firsts.get(0);
            add(height + 1, firstOfAll, branch(level, FILL));
            level.firsts.subList(0, FILL).clear();
            level.children.subList(0, FILL).clear();
        }
    }

    private static Tree branch(Level level, int size) {
        List<Tree> children = level.children.subList(0, size);
        long live = 0;
        for (Tree child : children) {
            live += child.live();
        }
        byte[][] firsts = level.firsts.subList(1, size).toArray(new byte[0][]);
        return new Tree.Branch(firsts, children.toArray(new Tree[0]), live);
    }

    /** The tree of all that was appended. Costs a node for each level; nothing may be appended afterwards. */
    Tree build() {
        if (entries.isEmpty()) {
            return Tree.EMPTY;
        }
        byte[] first = entries.get(0).key();
        Tree node = leaf(entries);
        for (Level level : levels) {
            level.firsts.add(first);
            level.children.add(node);
            first = level.firsts.get(0);
            node = branch(level, level.children.size());
        }
        return node;
    }
}
