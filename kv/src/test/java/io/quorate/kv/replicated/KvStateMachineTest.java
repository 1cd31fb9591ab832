package io.quorate.kv.replicated;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.KvError;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class KvStateMachineTest {
    private final KvStateMachine machine = new KvStateMachine();

    private Result apply(Command command) {
        byte[] bytes = Commands.encode(command);
        ByteBuffer framed = ByteBuffer.allocate(bytes.length + 10);
        framed.position(5).put(bytes).flip().position(5);
        Result result = machine.apply(1, 1, framed.asReadOnlyBuffer());
        // The bytes are the caller's again after the call.
        framed.clear();
        while (framed.hasRemaining()) {
            framed.put((byte) -1);
        }
        return result;
    }

    @Test
    void appliesAndKeepsNothingOfTheCallersBytes() {
        byte[] large = new byte[200_000];
        large[7] = 7;
        assertThat(apply(PutRequest.of(new byte[] {'a'}, new byte[] {1}))).isEqualTo(new PutResponse(2, null));
        assertThat(apply(PutRequest.of(new byte[] {'b'}, large))).isEqualTo(new PutResponse(3, null));
        RangeResponse all = (RangeResponse) machine.store().view().range(RangeRequest.of(new byte[1], new byte[1]));
        assertThat(all.kvs().get(0).value()).containsExactly(1);
        assertThat(all.kvs().get(1).value()).isEqualTo(large);
    }

    @Test
    void bytesThatAreNoCommandAreAnswered() {
        assertThat(machine.apply(1, 1, ByteBuffer.allocate(0))).isEqualTo(KvError.MALFORMED_COMMAND);
        assertThat(machine.apply(2, 1, ByteBuffer.allocate(3))).isEqualTo(KvError.MALFORMED_COMMAND);
        assertThat(machine.store().revision()).isEqualTo(1);
    }

    @Test
    void aLongCommandIsCutAndItsResultIsTheSame() {
        KvStateMachine whole = new KvStateMachine();
        for (int k = 0; k < 5_000; k++) {
            PutRequest put = PutRequest.of(new byte[] {'k', (byte) (k >> 8), (byte) k}, new byte[] {1});
            apply(put);
            whole.store().apply(put);
        }
        DeleteRangeRequest delete = new DeleteRangeRequest(new byte[1], new byte[1], true);
        int slices = 1;
        boolean finished = machine.begin(2, 1, ByteBuffer.wrap(Commands.encode(delete)));
        for (; !finished; slices++) {
            assertThat(machine.store().view().keyCount()).isEqualTo(5_000);
            finished = machine.goOn();
        }
        assertThat(slices).isBetween(5, 6);
        assertThat(machine.result()).isEqualTo(whole.store().apply(delete));
        assertThat(machine.store().view().hash()).isEqualTo(whole.store().view().hash());
    }
}
