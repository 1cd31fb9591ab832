package io.quorate.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.Compare;
import io.quorate.etcd.etcdserverpb.Compare.CompareResult;
import io.quorate.etcd.etcdserverpb.Compare.CompareTarget;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TxnScriptTest {
    @Test
    void threeParagraphsAreComparisonsSuccessAndFailure() {
        TxnRequest txn = TxnScript.parse(
                List.of("value(\"x\") = \"1\"", "mod(\"x\") > \"0\"", "", "put x 2", "get x", "", "del x", ""));
        assertThat(txn.getCompareList()).hasSize(2);
        assertThat(txn.getSuccessList()).hasSize(2);
        assertThat(txn.getSuccess(0).getRequestPut().getValue().toStringUtf8()).isEqualTo("2");
        assertThat(txn.getSuccess(1).getRequestRange().getKey().toStringUtf8()).isEqualTo("x");
        assertThat(txn.getFailure(0).getRequestDeleteRange().getKey().toStringUtf8())
                .isEqualTo("x");
    }

    /** As a matcher that goes a level deeper for each letter would not survive. */
    @Test
    void aValueMayBeLong() {
        String value = "x\\\"".repeat(100_000);
        TxnRequest txn =
                TxnScript.parse(List.of("value(\"x\") = \"" + value + "\"", "", "put x \"" + value + "\"", "", "", ""));
        assertThat(txn.getCompare(0).getValue().size()).isEqualTo(200_000);
        assertThat(txn.getSuccess(0).getRequestPut().getValue())
                .isEqualTo(txn.getCompare(0).getValue());
    }

    @Test
    void anEmptyParagraphStaysEmpty() {
        TxnRequest txn = TxnScript.parse(List.of("", "put x 1", "", ""));
        assertThat(txn.getCompareList()).isEmpty();
        assertThat(txn.getSuccessList()).hasSize(1);
        assertThat(txn.getFailureList()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ver, =, VERSION, EQUAL",
        "version, !=, VERSION, NOT_EQUAL",
        "create, >, CREATE, GREATER",
        "mod, <, MOD, LESS",
        "lease, =, LEASE, EQUAL"
    })
    void everyTargetAndSignIsKnown(String target, String sign, CompareTarget wanted, CompareResult result) {
        Compare compare = TxnScript.compare(target + "(\"k\") " + sign + " \"16\"");
        assertThat(compare.getTarget()).isEqualTo(wanted);
        assertThat(compare.getResult()).isEqualTo(result);
        long operand =
                compare.getVersion() + compare.getCreateRevision() + compare.getModRevision() + compare.getLease();
        assertThat(operand).isEqualTo(wanted == CompareTarget.LEASE ? 0x16 : 16);
    }

    @Test
    void quotedWordsMayHoldSpacesAndQuotes() {
        ByteString value = TxnScript.operation("put \"a key\" \"say \\\"hi\\\" now\"")
                .getRequestPut()
                .getValue();
        assertThat(value.toStringUtf8()).isEqualTo("say \"hi\" now");
    }

    @Test
    void aPrefixEndsBehindItsLastKey() {
        assertThat(TxnScript.operation("get ab --prefix")
                        .getRequestRange()
                        .getRangeEnd()
                        .toStringUtf8())
                .isEqualTo("ac");
        assertThat(Keys.prefixEnd(ByteString.copyFrom(new byte[] {'a', (byte) 0xff})))
                .isEqualTo(ByteString.copyFromUtf8("b"));
        assertThat(Keys.prefixEnd(ByteString.copyFrom(new byte[] {(byte) 0xff})))
                .isEqualTo(ByteString.copyFrom(new byte[] {0}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"put x", "get", "move x y", "put x 1 --prefix", "get a --lim"})
    void aRequestThatIsNoneIsNamed(String line) {
        assertThatThrownBy(() -> TxnScript.operation(line))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"value(x) = 1", "size(\"x\") = \"1\"", "mod(\"x\") ~ \"1\"", "mod(\"x\") = \"one\""})
    void aComparisonThatIsNoneIsRefused(String line) {
        assertThatThrownBy(() -> TxnScript.compare(line)).isInstanceOf(CommandFailure.class);
    }
}
