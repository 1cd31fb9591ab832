package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images of a store, and stores restored from them. */
class KvImageTest {
    private static final byte[] ALL = {0};

    /** Everything that can be asked of two stores with the same history. */
    private static void checkSame(String where, View view, View expected, Model model, RandomRequests random) {
        assertThat(view.hash()).as(where).isEqualTo(expected.hash());
        assertThat(view.keyCount()).as(where).isEqualTo(expected.keyCount());
        assertThat(view.revision()).as(where).isEqualTo(expected.revision());
        assertThat(view.compactedRevision()).as(where).isEqualTo(expected.compactedRevision());
        for (long revision = Math.max(-1, expected.compactedRevision() - 1);
                revision <= expected.revision() + 1;
                revision++) {
            assertThat(view.hashKv(revision)).as(where).isEqualTo(expected.hashKv(revision));
            RangeRequest all = RangeRequest.at(ALL, ALL, revision);
            assertThat(Results.encode(view.range(all))).as(where).isEqualTo(Results.encode(expected.range(all)));
        }
        for (int i = 0; i < 10; i++) {
            RangeRequest range = random.range(model);
            assertThat(Results.encode(view.range(range)))
                    .as("%s then %s", where, range)
                    .isEqualTo(Results.encode(expected.range(range)));
        }
    }

    /** An image that is held open now and then, so that there is much to sweep when it is closed. */
    private static final class Pin {
        private final KvStore store;
        private final RandomRequests random;
        private KvImage image;
        private boolean open = true;

        Pin(KvStore store, RandomRequests random) {
            this.store = store;
            this.random = random;
            image = store.image(512, 512);
        }

        /** Whether it was closed, and a sweep is under way now. */
        boolean toggle() {
            if (!random.oneIn(12)) {
                return false;
            }
            if (open) {
                image.close();
            } else {
                image = store.image(512, 512);
            }
            open = !open;
            return store.sweep(1 + random.below(5));
        }
    }

    @Test
    void theRestoredStoreAnswersAndGoesOnAsTheOneThatWasSaved() {
        int whileSweeping = 0;
        for (long seed = 1; seed <= 60; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            KvStore original = new KvStore();
            KvStore restored = new KvStore();
            Pin pin = new Pin(original, random);
            for (int step = 0; step < 200; step++) {
                String where = "seed " + seed + " step " + step;
                if (random.oneIn(20)) {
                    MemberAttributes member = new MemberAttributes(random.below(5), "m" + step, List.of("http://m"));
                    assertThat(restored.apply(member)).isEqualTo(original.apply(member));
                }
                Command command = random.command(model);
                model.apply(command);
                byte[] expected = Results.encode(original.apply(command));
                assertThat(Results.encode(restored.apply(command))).as(where).isEqualTo(expected);
                boolean sweeping = pin.toggle();
                whileSweeping += sweeping ? 1 : 0;
                if (sweeping || random.oneIn(10)) {
                    List<Images.Block> blocks = random.oneIn(2) ? Images.of(original) : Images.cut(original);
                    restored = Images.restored(blocks);
                    checkSame(where, restored.view(), original.view(), model, random);
                }
            }
            checkSame("seed " + seed, restored.view(), original.view(), model, random);
        }
        assertThat(whileSweeping).isGreaterThan(100);
    }

    /** The same commands, whole and in slices, swept early and late, with restarts between: the same blocks. */
    @Test
    void equalStatesWriteEqualBlocksWhateverLedThere() {
        for (long seed = 1; seed <= 40; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            KvStore lazy = new KvStore();
            KvStore eager = new KvStore();
            KvStore restarted = new KvStore();
            Pin pin = new Pin(lazy, random);
            for (int step = 0; step < 200; step++) {
                Command command = random.command(model);
                model.apply(command);
                lazy.apply(command);
                byte[] bytes = Commands.encode(command);
                Result result = eager.begin(bytes, 0, bytes.length, true, 1);
                while (result == null) {
                    result = eager.goOn(2);
                }
                eager.sweep(random.below(100));
                restarted.apply(command, false);
                String where = "seed " + seed + " step " + step;
                if (pin.toggle() || random.oneIn(6)) {
                    List<Images.Block> blocks = Images.of(lazy);
                    Images.assertEqual(where, Images.of(eager), blocks);
                    Images.assertEqual(where, Images.of(restarted), blocks);
                    restarted = Images.restored(blocks);
                    Images.assertEqual(where, Images.of(restarted), blocks);
                    Images.assertEqual(where, Images.cut(restarted), Images.cut(eager));
                }
            }
        }
    }

    /** What is applied, compacted and swept while an image is written does not show in it. */
    @Test
    void anImageStaysAsItWasWhileTheStoreGoesOn() {
        int pieces = 0;
        int open = 0;
        for (long seed = 1; seed <= 40; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            KvStore store = new KvStore();
            KvImage slow = store.image(128, 128);
            List<Images.Block> expected = Images.cut(new KvStore());
            List<Images.Block> blocks = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                Command command = random.command(model);
                model.apply(command);
                byte[] bytes = Commands.encode(command);
                boolean more = slow.writeNext(Images.sink(blocks));
                Result result = store.begin(bytes, 0, bytes.length, true, 1);
                while (result == null) {
                    more = more && slow.writeNext(Images.sink(blocks));
                    result = store.goOn(1);
                }
                open += store.sweep(1000) ? 1 : 0;
                pieces++;
                if (!more) {
                    Images.assertEqual("seed " + seed + " step " + step, blocks, expected);
                    slow.close();
                    store.sweep(random.below(10));
                    expected = Images.cut(store);
                    blocks.clear();
                    slow = store.image(128, 128);
                }
            }
        }
        assertThat(open).isZero();
        assertThat(pieces).isGreaterThan(10_000);
    }

    @Test
    void nothingIsSweptBeforeTheLastImageIsClosed() {
        Kv kv = new Kv();
        for (int i = 0; i < 500; i++) {
            kv.put("a", "value");
        }
        KvImage one = kv.store.image(512, 512);
        KvImage other = kv.store.image(512, 512);
        long size = kv.store.view().sizeBytes();
        kv.compact(kv.store.revision());
        assertThat(kv.store.sweep(1000)).isFalse();
        one.close();
        assertThat(kv.store.sweep(1000)).isFalse();
        kv.apply(new MemberAttributes(1, "a", List.of()));
        assertThat(kv.store.view().sizeBytes()).isEqualTo(size);
        other.close();
        kv.apply(new MemberAttributes(1, "a", List.of()));
        assertThat(kv.store.view().sizeBytes()).isLessThan(size);
        assertThat(kv.store.sweep(1000)).isFalse();
        assertThat(kv.store.view().sizeBytes()).isEqualTo(size / 500);
        assertThatThrownBy(() -> other.writeNext(Images.sink(new ArrayList<>())))
                .isInstanceOf(IllegalStateException.class);
    }

    /** What the restored store counts is what the saved one will, when it has swept. */
    @Test
    void theSizeIsThatOfWhatIsKept() {
        Kv kv = new Kv();
        for (int i = 0; i < 300; i++) {
            kv.put("k" + i % 7, "value " + i);
        }
        kv.delete("k3", "");
        kv.delete("k5", "");
        kv.put("k6", "new");
        kv.compact(kv.store.revision() - 1);
        KvStore restored = Images.restored(Images.of(kv.store));
        assertThat(restored.view().sizeBytes()).isLessThan(kv.store.view().sizeBytes());
        kv.store.sweep(1000);
        assertThat(restored.view().sizeBytes()).isEqualTo(kv.store.view().sizeBytes());
    }

    /**
     * The one kind of range that the check of a transaction does not see lets it write a key twice: both versions belong to the
     * history of that revision, also when just that one is the compacted one.
     */
    @Test
    void bothVersionsOfAKeyAtOneRevisionAreKeptAsLongAsItCanBeRead() {
        Kv kv = new Kv();
        kv.put("b", "1");
        kv.put("a", "2");
        kv.then(Kv.deleteOp("b", "\0"), Kv.putOp("b", "3"));
        kv.compact(4);
        List<Images.Block> unswept = Images.of(kv.store);
        assertThat(kv.store.sweep(100)).isFalse();
        Images.assertEqual("swept", Images.of(kv.store), unswept);
        KvStore restored = Images.restored(unswept);
        assertThat(restored.view().log().end()).isEqualTo(2);
        assertThat(restored.view().hash()).isEqualTo(kv.store.view().hash());
        kv.put("b", "4");
        kv.compact(5);
        restored.apply(Kv.putOp("b", "4"));
        restored.apply(new CompactRequest(5, false));
        kv.store.sweep(100);
        restored.sweep(100);
        assertThat(restored.view().sizeBytes()).isEqualTo(kv.store.view().sizeBytes());
        assertThat(kv.store.view().sizeBytes()).isEqualTo(2 * (256 + 2));
    }

    @Test
    void anImageIsMadeBetweenTwoCommands() {
        Kv kv = new Kv();
        kv.put("a", "1");
        kv.put("b", "2");
        byte[] delete = Commands.encode(new DeleteRangeRequest(ALL, ALL, false));
        KvRestore restore = kv.store.restore();
        Images.of(kv.store).forEach(block -> restore.block(block.bytes(), 0, block.bytes().length));
        assertThat(kv.store.begin(delete, 0, delete.length, true, 1)).isNull();
        assertThatThrownBy(() -> kv.store.image(512, 512)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(restore::finish).isInstanceOf(IllegalStateException.class);
        assertThat(kv.store.goOn(10)).isEqualTo(new DeleteRangeResponse(4, 2, List.of()));
        restore.finish();
        assertThat(kv.store.revision()).isEqualTo(3);
        assertThatThrownBy(restore::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> restore.block(ALL, 0, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void viewsAndImagesOfBeforeStayWhenAStoreIsRestored() {
        Kv kv = new Kv();
        kv.put("a", "old");
        View before = kv.store.view();
        KvImage image = kv.store.image(512, 512);
        List<Images.Block> expected = Images.of(kv.store);
        Kv other = new Kv();
        for (int i = 0; i < 5; i++) {
            other.put("a", "new");
        }
        Images.restore(kv.store, Images.of(other.store));
        kv.compact(6);
        kv.store.sweep(100);
        assertThat(Kv.pair(
                        ((RangeResponse) before.range(Kv.from("a", ""))).kvs().get(0)))
                .isEqualTo("old 2 2 1 0");
        Images.assertEqual("old image", Images.written(image), expected);
        assertThat(kv.pair("a")).isEqualTo("new 2 6 5 0");
    }

    @Test
    void blocksHaveTheirSizeAndAKeyBeginsWithItsNewestValue() {
        KvStore store = new KvStore();
        RandomRequests random = new RandomRequests(5);
        for (int i = 0; i < 3000; i++) {
            store.apply(PutRequest.of(Kv.bytes("key " + random.below(500)), random.bytes(random.below(200))));
        }
        List<Images.Block> blocks = written(store, 4096, 16384);
        assertThat(blocks.size()).isGreaterThan(50);
        List<String> keys = new ArrayList<>();
        for (Images.Block block : blocks.subList(1, blocks.size())) {
            // All of these values are small: no block has to be larger than it should.
            assertThat(block.bytes().length).isLessThanOrEqualTo(4096);
            keys.addAll(block.keys());
        }
        long full = blocks.stream().filter(block -> block.bytes().length > 3000).count();
        assertThat(full).isGreaterThan(blocks.size() / 2);
        assertThat(keys).doesNotHaveDuplicates().hasSize((int) store.view().keyCount());
    }

    private static List<Images.Block> written(KvStore store, int targetBytes, int maxBytes) {
        return Images.written(store.image(targetBytes, maxBytes));
    }

    /** Keys, values and members that are larger than a block, and just as large as what is left in one. */
    @Test
    void whatIsLargerThanABlockGoesOnInTheNext() {
        for (int size = 0; size < 700; size++) {
            KvStore store = new KvStore();
            RandomRequests random = new RandomRequests(size);
            byte[] key = random.bytes(1 + size / 2);
            store.apply(new MemberAttributes(-1, "n".repeat(size), List.of()));
            store.apply(new MemberAttributes(1, "small", List.of("http://a", "http://b")));
            store.apply(PutRequest.of(Kv.bytes("\0"), random.bytes(size % 50)));
            store.apply(PutRequest.of(key, random.bytes(size)));
            store.apply(PutRequest.of(key, random.bytes(700 - size)));
            store.apply(new DeleteRangeRequest(key, Bytes.EMPTY, false));
            store.apply(PutRequest.of(key, random.bytes(size % 128)));
            for (int max = 128; max < 1024; max *= 2) {
                List<Images.Block> blocks = written(store, 100, max);
                int most = max;
                assertThat(blocks).allMatch(block -> block.bytes().length <= most);
                KvStore restored = Images.restored(blocks);
                assertThat(restored.view().hash()).isEqualTo(store.view().hash());
                assertThat(restored.view().sizeBytes()).isEqualTo(store.view().sizeBytes());
                Images.assertEqual("size " + size, written(restored, 100, max), blocks);
            }
        }
    }

    @Test
    void aLongStretchOfForgottenKeysIsPassedInPieces() {
        Kv kv = new Kv();
        int keys = 50_000;
        for (int i = 0; i < keys; i++) {
            kv.store.apply(PutRequest.of(Kv.bytes("key " + (100_000 + i)), Bytes.EMPTY), false);
        }
        kv.store.apply(new DeleteRangeRequest(ALL, ALL, false), false);
        kv.put("z", "last");
        kv.compact(kv.store.revision());
        KvImage image = kv.store.image(4096, 4096);
        List<Images.Block> blocks = new ArrayList<>();
        int calls = 1;
        for (; image.writeNext(Images.sink(blocks)); calls++) {
            assertThat(blocks).hasSize(1);
        }
        image.close();
        assertThat(calls).isEqualTo(2 + keys / (16 << 10));
        assertThat(blocks).hasSize(2);
        assertThat(blocks.get(1).keys()).containsExactly("z");
        assertThat(Images.restored(blocks).view().hash())
                .isEqualTo(kv.store.view().hash());
    }

    @Test
    void manyKeysAndManyVersions() {
        KvStore store = new KvStore();
        RandomRequests random = new RandomRequests(8);
        for (int i = 0; i < 30_000; i++) {
            store.apply(PutRequest.of(random.bytes(1 + random.below(2)), random.bytes(5)), false);
            if (random.oneIn(100)) {
                store.apply(new DeleteRangeRequest(random.bytes(1), random.bytes(1), false), false);
            }
        }
        store.apply(new CompactRequest(10_000, false));
        KvStore restored = Images.restored(written(store, 64 << 10, 1 << 20));
        assertThat(restored.view().hash()).isEqualTo(store.view().hash());
        assertThat(restored.view().hashKv(20_000)).isEqualTo(store.view().hashKv(20_000));
        for (int i = 0; i < 5_000; i++) {
            Command command = random.oneIn(3)
                    ? new DeleteRangeRequest(random.bytes(2), Bytes.EMPTY, true)
                    : PutRequest.of(random.bytes(1 + random.below(2)), random.bytes(5));
            assertThat(restored.apply(command)).isEqualTo(store.apply(command));
        }
        store.apply(new CompactRequest(30_000, false));
        restored.apply(new CompactRequest(30_000, false));
        restored.sweep(Integer.MAX_VALUE);
        assertThat(restored.view().hash()).isEqualTo(store.view().hash());
    }

    // ---- bytes that are no image

    private static KvStore small() {
        Kv kv = new Kv();
        kv.apply(new MemberAttributes(7, "n7", List.of("http://n7")));
        kv.put("a", "1");
        kv.put("a", "2");
        kv.then(Kv.deleteOp("a", ""), Kv.putOp("b", "3"), Kv.putOp("c", "4"));
        kv.put("b", "x".repeat(150));
        kv.put("a", "6");
        kv.put("c", "7");
        kv.delete("c", "");
        kv.compact(4);
        return kv.store;
    }

    private static void requireRefusal(String what, List<Images.Block> blocks, String sentence) {
        assertThatThrownBy(() -> Images.restored(blocks))
                .as(what)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .message()
                .matches(message -> message.matches(sentence), sentence);
    }

    /** Of a state that is let through, all can be read, and it writes the image that it came from. */
    private static boolean isRefused(List<Images.Block> blocks) {
        KvStore store;
        try {
            store = Images.restored(blocks);
        } catch (IllegalArgumentException refusal) {
            assertThat(refusal).isExactlyInstanceOf(IllegalArgumentException.class);
            assertThat(refusal)
                    .message()
                    .matches("(?s)(block \\d+ of the key-value store cannot be restored: it |"
                            + "blocks of the key-value store are missing: ).{8,}");
            return true;
        }
        for (long revision = store.compactedRevision(); revision <= store.revision(); revision++) {
            assertThat(store.view().hashKv(revision)).isInstanceOf(HashKvResponse.class);
            assertThat(store.view().range(RangeRequest.at(ALL, ALL, revision))).isInstanceOf(RangeResponse.class);
        }
        Images.assertEqual("let through", Images.cut(store), blocks);
        store.apply(new DeleteRangeRequest(ALL, ALL, true));
        store.apply(new CompactRequest(store.revision(), true));
        store.sweep(100);
        return false;
    }

    @Test
    void anyByteThatIsAnotherIsRefusedOrIsAnotherPossibleState() {
        List<Images.Block> blocks = Images.cut(small());
        int refused = 0;
        int let = 0;
        for (int b = 0; b < blocks.size(); b++) {
            byte[] bytes = blocks.get(b).bytes();
            for (int i = 0; i < bytes.length; i++) {
                for (int flip : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                    byte[] other = bytes.clone();
                    other[i] ^= (byte) flip;
                    List<Images.Block> damaged = new ArrayList<>(blocks);
                    damaged.set(b, blocks.get(b).with(other));
                    if (isRefused(damaged)) {
                        refused++;
                    } else {
                        let++;
                    }
                }
            }
        }
        // Values and names say nothing of themselves; they are two thirds of these bytes.
        assertThat(refused).isGreaterThan(let * 2 / 5);
    }

    @Test
    void anyImageThatIsCutOrHasBlocksMissingTwiceOrExchangedIsRefused() {
        List<Images.Block> blocks = Images.cut(small());
        assertThat(blocks.size()).isGreaterThan(4);
        for (int b = 0; b < blocks.size(); b++) {
            byte[] bytes = blocks.get(b).bytes();
            for (int length = 0; length < bytes.length; length++) {
                byte[] less = Arrays.copyOf(bytes, length);
                List<Images.Block> damaged = new ArrayList<>(blocks);
                damaged.set(b, blocks.get(b).with(less));
                assertThat(isRefused(damaged))
                        .as("block %d cut to %d", b, length)
                        .isTrue();
            }
            byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
            List<Images.Block> longer = new ArrayList<>(blocks);
            longer.set(b, blocks.get(b).with(more));
            assertThat(isRefused(longer)).as("block %d longer", b).isTrue();
            List<Images.Block> missing = new ArrayList<>(blocks);
            missing.remove(b);
            assertThat(isRefused(missing)).as("without block %d", b).isTrue();
            assertThat(isRefused(blocks.subList(0, b))).as("%d blocks", b).isTrue();
            for (int other = 0; other < blocks.size(); other++) {
                List<Images.Block> twice = new ArrayList<>(blocks);
                twice.add(b, blocks.get(other));
                assertThat(isRefused(twice))
                        .as("block %d again at %d", other, b)
                        .isTrue();
                if (other != b) {
                    List<Images.Block> exchanged = new ArrayList<>(blocks);
                    exchanged.set(b, blocks.get(other));
                    exchanged.set(other, blocks.get(b));
                    assertThat(isRefused(exchanged))
                            .as("blocks %d and %d", b, other)
                            .isTrue();
                }
            }
        }
        assertThat(isRefused(blocks)).isFalse();
    }

    private static Images.Block block(int... numbers) {
        ByteWriter out = new ByteWriter(64);
        for (int number : numbers) {
            out.putLong(number);
        }
        return new Images.Block(out.toBytes(), null, List.of());
    }

    /** Facts: kind, format, revision, compacted revision + 1, live keys, versions in the log, members. */
    @Test
    void aRefusalSaysWhatIsWrong() {
        Images.Block empty = block(1, 1, 1, 0, 0, 0, 0);
        assertThat(Images.restored(List.of(empty)).view().hash())
                .isEqualTo(new KvStore().view().hash());
        String block0 = "block 0 of the key-value store cannot be restored: it ";
        String block1 = "block 1 of the key-value store cannot be restored: it ";
        requireRefusal(
                "another format", List.of(block(1, 2)), block0 + "is of format 2, and this version knows 1 only");
        requireRefusal("an unknown kind", List.of(block(9)), block0 + "has the unknown kind 9");
        requireRefusal(
                "no facts", List.of(block(3, 1, 'a', 5, 2, 0, 2, 1, 0, 0, 0)), block0 + "stands before the facts");
        requireRefusal("facts twice", List.of(empty, empty), block1 + "is the second with facts");
        requireRefusal("too little", List.of(block(1, 1, 1)), block0 + "ends too early, or holds an impossible number");
        requireRefusal("too much", List.of(block(1, 1, 1, 0, 0, 0, 0, 0)), block0 + "has bytes behind its end");
        requireRefusal("nothing open", List.of(empty, block(0)), block1 + "goes on, and the one before has ended");
        requireRefusal("no revision 0", List.of(block(1, 1, 0, 0, 0, 0, 0)), block0 + "has numbers that do not fit.*");
        requireRefusal(
                "compacted ahead", List.of(block(1, 1, 5, 7, 0, 4, 0)), block0 + "has numbers that do not fit.*");
        requireRefusal(
                "revisions missing", List.of(block(1, 1, 5, 0, 0, 3, 0)), block0 + "has numbers that do not fit.*");
        requireRefusal("nothing at all", List.of(), "blocks of the key-value store are missing: it has 0 of them");
        Images.Block one = block(1, 1, 2, 0, 1, 1, 0);
        requireRefusal("no keys", List.of(one), "blocks of the key-value store are missing: it has 1 of them");
        requireRefusal(
                "created in the future",
                List.of(one, block(3, 1, 'a', 5, 2, 0, 3, 1, 0, 0, 0)),
                block1 + "has a version that cannot be there: a= .create 3, mod 2, version 1, lease 0.");
        requireRefusal(
                "open end",
                List.of(one, block(3, 1, 'a', 5, 2, 0, 2, 1, 0, 0, 3, 'x')),
                "blocks of the key-value store are missing: it has 2 of them");
        requireRefusal(
                "not gone on with",
                List.of(one, block(3, 1, 'a', 5, 2, 0, 2, 1, 0, 0, 3, 'x'), block(3)),
                "block 2 of the key-value store cannot be restored: it does not go on where the block before was cut");
    }

    /** A length that nothing follows costs no memory: a value of two gigabytes is said to come. */
    @Test
    void whatAnImageSaysOfItsSizeIsNotTrustedWithMemory() {
        int huge = Integer.MAX_VALUE;
        Images.Block facts = block(1, 1, 2, 0, 1, 1, 0);
        assertThat(isRefused(List.of(facts, block(3, 1, 'a', 5, 2, 0, 2, 1, 0, 0, huge, 'x'))))
                .isTrue();
        assertThat(isRefused(List.of(facts, block(3, huge, 'a')))).isTrue();
        assertThat(isRefused(List.of(block(1, 1, 2, 0, 1, 1, huge), block(2, huge, 'a'))))
                .isTrue();
        Images.Block manyLogged = block(1, 1, huge, 0, huge, huge, 0);
        assertThat(isRefused(List.of(manyLogged, block(3, 1, 'a', 5, huge, 0, huge, 1, 0, huge - 1, 0))))
                .isTrue();
    }

    @Test
    void afterARefusalNothingIsTaken() {
        KvStore store = new KvStore();
        KvRestore restore = store.restore();
        byte[] empty = block(1, 1, 1, 0, 0, 0, 0).bytes();
        restore.block(empty, 0, empty.length);
        assertThatThrownBy(() -> restore.block(empty, 0, empty.length)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> restore.block(empty, 0, empty.length)).hasMessage("a block before was refused");
        assertThatThrownBy(restore::finish).hasMessage("a block was refused");
    }
}
