package io.quorate.kv;

import static io.quorate.kv.Kv.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Commands and results as bytes: lossless for what we wrote, harmless for what anybody else did. */
class CommandsTest {
    private final RandomRequests random = new RandomRequests(11);

    private List<byte[]> someCommands(int count) {
        List<byte[]> commands = new ArrayList<>();
        Model model = new Model();
        for (int i = 0; i < count; i++) {
            commands.add(Commands.encode(random.command(model)));
        }
        commands.add(Commands.encode(new MemberAttributes(-1, "nœud", List.of("http://127.0.0.1:2379", ""))));
        return commands;
    }

    @Test
    void decodingAndEncodingAgainGivesTheSameBytes() {
        for (byte[] bytes : someCommands(3000)) {
            Command command = Objects.requireNonNull(Commands.decode(bytes));
            assertThat(Commands.encode(command)).isEqualTo(bytes);
        }
    }

    @Test
    void theBytesArePinned() {
        assertThat(Commands.encode(PutRequest.of(bytes("k"), bytes("val"))))
                .containsExactly(1, 0, 0, 1, 'k', 3, 'v', 'a', 'l');
        assertThat(Commands.encode(Kv.leased("k", 300))).containsExactly(1, 0, 0xAC, 2, 1, 'k', 1, 'x');
        assertThat(Commands.encode(new CompactRequest(-1, true)))
                .containsExactly(5, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1);
        assertThat(Commands.encode(Kv.deleteOp("k", "\0"))).containsExactly(2, 1, 1, 'k', 1, 0);
    }

    @Test
    void cutOrPaddedBytesAreNoCommand() {
        for (byte[] bytes : someCommands(300)) {
            for (int length = 0; length < bytes.length; length++) {
                assertThat(Commands.decode(bytes, 0, length)).isNull();
            }
            assertThat(Commands.decode(Arrays.copyOf(bytes, bytes.length + 1))).isNull();
        }
    }

    @Test
    void randomBytesNeverThrow() {
        KvStore store = new KvStore();
        int understood = 0;
        List<byte[]> commands = someCommands(500);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = random.oneIn(2)
                    ? random.bytes(random.below(40))
                    : damaged(commands.get(random.below(commands.size())));
            Result result = store.apply(bytes, 0, bytes.length, true);
            understood += result == KvError.MALFORMED_COMMAND ? 0 : 1;
            assertThat(Commands.describe(bytes)).isNotEmpty();
            Results.decode(bytes, 0, bytes.length);
        }
        assertThat(understood).isBetween(1000, 199_000);
        assertThat(store.view().hashKv(0)).isInstanceOf(HashKvResponse.class);
    }

    private byte[] damaged(byte[] bytes) {
        byte[] copy = bytes.clone();
        for (int i = random.below(3); i >= 0; i--) {
            copy[random.below(copy.length)] = (byte) (random.oneIn(2) ? random.nextLong() : random.below(8));
        }
        return copy;
    }

    @Test
    void aNumberHasOneForm() {
        // A compaction at 1, its revision written in two bytes.
        assertThat(Commands.decode(new byte[] {5, 1, 0})).isEqualTo(new CompactRequest(1, false));
        assertThat(Commands.decode(new byte[] {5, (byte) 0x81, 0, 0})).isNull();
        assertThat(Commands.decode(new byte[] {5, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 0}))
                .isNull();
    }

    @Test
    void aCountThatCannotBeIsRefusedBeforeAnythingIsAllocated() {
        byte[] hugeTxn = {3, -1, -1, -1, -1, 7};
        assertThat(Commands.decode(hugeTxn)).isNull();
        byte[] hugeKey = {1, 0, 0, -1, -1, -1, -1, 7, 'k'};
        assertThat(Commands.decode(hugeKey)).isNull();
    }

    @Test
    void nestingHasABound() {
        assertThat(Commands.decode(nested(Commands.MAX_TXN_DEPTH))).isInstanceOf(TxnRequest.class);
        assertThat(Commands.decode(nested(Commands.MAX_TXN_DEPTH + 1))).isNull();
        assertThat(Commands.decode(nested(300_000))).isNull();
    }

    /** That many transactions, each the only operation of the one around it. */
    private static byte[] nested(int depth) {
        byte[] bytes = new byte[4 * depth];
        for (int i = 0; i < depth; i++) {
            bytes[3 * i] = 3;
            bytes[3 * i + 2] = (byte) (i + 1 < depth ? 1 : 0);
        }
        return bytes;
    }

    @Test
    void resultsTravelWithoutLoss() {
        Model model = new Model();
        for (int i = 0; i < 300; i++) {
            checkTravels(model.apply(random.command(model)));
            checkTravels(model.range(random.range(model)));
        }
        for (KvError error : KvError.values()) {
            byte[] bytes = Results.encode(error);
            assertThat(Results.decode(bytes, 0, bytes.length)).isSameAs(error);
        }
        checkTravels(new HashKvResponse(-7, -1, 5, 6));
        checkTravels(new MemberAttributesResponse(9));
    }

    private static void checkTravels(Result result) {
        byte[] bytes = Results.encode(result);
        Result back = Objects.requireNonNull(Results.decode(bytes, 0, bytes.length));
        assertThat(back).isEqualTo(result);
        assertThat(Results.decode(bytes, 0, bytes.length - 1)).isNull();
        assertThat(Results.encode(result, bytes.length)).isEqualTo(bytes);
        assertThat(Results.encode(result, bytes.length - 1)).isNull();
    }

    /** What the store holds once a transaction can read many times: as bytes no array could hold that. */
    @Test
    void aResultFarTooLongCostsNoMoreThanTheBound() {
        KeyValue large = KeyValue.of(bytes("k"), new byte[1 << 20], 1, 1, 1, 0);
        RangeResponse range = new RangeResponse(1, Collections.nCopies(5_000, large), false, 5_000);
        TxnResponse txn = new TxnResponse(1, true, Collections.nCopies(128, range));
        assertThat(Results.encode(txn, 1 << 16)).isNull();
        assertThat(Results.encode(range, 1 << 16)).isNull();
        assertThat(Results.encode(new DeleteRangeResponse(1, 5_000, range.kvs()), 1 << 16))
                .isNull();
    }

    @Test
    void describesForPeople() {
        assertThat(describe(PutRequest.of(bytes("x"), bytes("100")))).isEqualTo("put x 100");
        assertThat(describe(Kv.leased("a b", 255))).isEqualTo("put a\\x20b x lease ff");
        assertThat(describe(Kv.deleteOp("a", "\0"))).isEqualTo("del [a, end)");
        assertThat(describe(new CompactRequest(5, false))).isEqualTo("compact 5");
        assertThat(describe(Kv.txnOp(List.of(Kv.putOp("a", "1"), Kv.from("b", "c")), List.of())))
                .isEqualTo("txn if 0 then (put a 1; get [b, c)) else ()");
        assertThat(describe(new MemberAttributes(26, "n1", List.of("u", "v")))).isEqualTo("member 1a is n1 at u,v");
        assertThat(describe(PutRequest.of(bytes("x"), new byte[100])))
                .hasSizeLessThan(300)
                .endsWith("… (100 bytes)");
        assertThat(Commands.describe(new byte[] {9, 9})).isEqualTo("malformed command of 2 bytes");
    }

    private static String describe(Command command) {
        return Commands.describe(Commands.encode(command));
    }
}
