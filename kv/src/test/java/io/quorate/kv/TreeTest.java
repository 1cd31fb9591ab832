package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tree against {@link TreeMap}, large enough to split and to shrink again. */
class TreeTest {
    private final RandomRequests random = new RandomRequests(4);
    private final TreeMap<byte[], KeyValue> expected = new TreeMap<>(Arrays::compareUnsigned);
    private Tree tree = Tree.EMPTY;
    private long revision = 1;

    private void put(byte[] key, boolean tombstone) {
        revision++;
        KeyValue version = KeyValue.of(key, Bytes.EMPTY, revision, revision, tombstone ? 0 : 1, 0);
        tree = Tree.put(tree, version);
        expected.put(key, version);
    }

    private void remove(byte[] key) {
        tree = Tree.remove(tree, key);
        expected.remove(key);
    }

    private byte[] randomKey() {
        return random.bytes(1 + random.below(3));
    }

    private byte[] someKey() {
        byte[] floor = expected.floorKey(randomKey());
        return floor == null ? expected.firstKey() : floor;
    }

    private static List<KeyValue> seen(Tree tree, byte[] from, byte[] to) {
        List<KeyValue> seen = new ArrayList<>();
        Ranges.visit(tree, from, to, seen::add);
        return seen;
    }

    private void checkRanges() {
        for (int i = 0; i < 20; i++) {
            byte[] from = randomKey();
            byte[] to = randomKey();
            boolean inOrder = Arrays.compareUnsigned(from, to) < 0;
            NavigableMap<byte[], KeyValue> range =
                    inOrder ? expected.subMap(from, true, to, false) : new TreeMap<>(Arrays::compareUnsigned);
            if (!Bytes.isOpenEnd(to)) {
                assertThat(seen(tree, from, to)).containsExactlyElementsOf(range.values());
                assertThat(Tree.count(tree, from, to)).isEqualTo(live(range));
            }
            NavigableMap<byte[], KeyValue> tail = expected.tailMap(from, true);
            assertThat(Tree.count(tree, from, null)).isEqualTo(live(tail));
            assertThat(tree.find(from)).isSameAs(expected.get(from));
        }
    }

    private static long live(NavigableMap<byte[], KeyValue> map) {
        return map.values().stream().filter(version -> !version.isTombstone()).count();
    }

    private void checkAll() {
        assertThat(seen(tree, new byte[1], new byte[1]))
                .containsExactlyElementsOf(expected.tailMap(new byte[1]).values());
        assertThat(tree.live()).isEqualTo(live(expected));
        checkShape(tree, true);
        checkRanges();
    }

    /** No node too large, none empty, the counts right. Gives the height. */
    private static int checkShape(Tree node, boolean root) {
        assertThat(node.size()).isBetween(root ? 0 : 1, Tree.MAX);
        long[] live = {0};
        node.visit(null, null, version -> {
            live[0] += version.isTombstone() ? 0 : 1;
            return true;
        });
        assertThat(node.live()).isEqualTo(live[0]);
        if (!(node instanceof Tree.Branch branch)) {
            return 1;
        }
        int height = 0;
        for (Tree child : branch.children()) {
            int below = checkShape(child, false);
            assertThat(height).isIn(0, below);
            height = below;
        }
        return height + 1;
    }

    @Test
    void growsAndShrinksLikeASortedMap() {
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 4000; i++) {
                put(random.oneIn(4) && !expected.isEmpty() ? someKey() : randomKey(), random.oneIn(4));
            }
            checkAll();
            while (expected.size() > 300 * round) {
                remove(someKey());
            }
            checkAll();
        }
    }

    @Test
    void keepsItsHeightLowForKeysInOrder() {
        for (int i = 0; i < 100_000; i++) {
            put(new byte[] {1, (byte) (i >> 16), (byte) (i >> 8), (byte) i}, false);
        }
        assertThat(checkShape(tree, true)).isLessThanOrEqualTo(5);
        while (!expected.isEmpty()) {
            remove(expected.firstKey());
        }
        assertThat(tree).isSameAs(Tree.EMPTY);
    }

    /** No node but the root is sparse, whatever the number of keys; and the tree can be written to like any other. */
    @Test
    void isBuiltFromKeysInOrder() {
        // Around the sizes at which a level is added: 32, about 24 of 24 or more, and 24 times as many again.
        IntStream sizes =
                IntStream.concat(IntStream.range(0, 70), IntStream.range(74, 84).map(tens -> 10 * tens));
        for (int keys : IntStream.concat(sizes, IntStream.of(19_000)).toArray()) {
            expected.clear();
            TreeBuilder builder = new TreeBuilder();
            for (int i = 0; i < keys; i++) {
                byte[] key = {(byte) (i >> 8), (byte) i, 1};
                KeyValue version = KeyValue.of(key, Bytes.EMPTY, 1, 1, random.oneIn(3) ? 0 : 1, 0);
                builder.append(version);
                expected.put(key, version);
            }
            tree = builder.build();
            assertThat(smallestInner(tree, true)).isGreaterThanOrEqualTo(Tree.SPARSE);
            checkAll();
            for (int i = 0; i < 200; i++) {
                put(randomKey(), random.oneIn(4));
                remove(someKey());
            }
            checkAll();
        }
    }

    private static int smallestInner(Tree node, boolean root) {
        int smallest = root ? Tree.MAX : node.size();
        if (node instanceof Tree.Branch branch) {
            for (Tree child : branch.children()) {
                smallest = Math.min(smallest, smallestInner(child, false));
            }
        }
        return smallest;
    }

    @Test
    void anOldRootStaysAsItWas() {
        for (int i = 0; i < 3000; i++) {
            put(randomKey(), false);
        }
        Tree old = tree;
        List<KeyValue> before = seen(old, new byte[1], new byte[1]);
        while (!expected.isEmpty()) {
            remove(someKey());
        }
        assertThat(seen(old, new byte[1], new byte[1])).isEqualTo(before);
    }
}
