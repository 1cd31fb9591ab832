package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.server.Flag.Standing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FlagValuesTest {
    @Test
    void aFlagIsWrittenInEitherForm() {
        FlagValues values = parse("--name", "n1", "--data-dir=d", "-heartbeat-interval", "50", "--pre-vote=false");
        assertThat(values.text("name")).isEqualTo("n1");
        assertThat(values.text("data-dir")).isEqualTo("d");
        assertThat(values.number("heartbeat-interval", 1000)).isEqualTo(50);
        assertThat(values.truthOf("pre-vote")).isFalse();
        assertThat(values.text("election-timeout")).isEqualTo("1000");
    }

    @Test
    void aBooleanFlagTakesNoWordForItsValue() {
        FlagValues values = parse("--pre-vote", "--name", "n1");
        assertThat(values.truthOf("pre-vote")).isTrue();
        assertThat(values.text("name")).isEqualTo("n1");
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironment() {
        Map<String, String> environment = Map.of("ETCD_NAME", "env", "ETCD_ELECTION_TIMEOUT", "2000");
        FlagValues values = FlagValues.parse(List.of("--name=line"), environment);
        assertThat(values.text("name")).isEqualTo("line");
        assertThat(values.number("election-timeout", 50_000)).isEqualTo(2000);
    }

    @Test
    void aVariableThatNamesNoFlagIsNamedInAWarning() {
        assertThat(FlagValues.parse(List.of(), Map.of("ETCD_NAMEE", "x")).warnings())
                .singleElement()
                .asString()
                .contains("ETCD_NAMEE");
    }

    @ParameterizedTest
    @MethodSource("notYet")
    void whatIsNotThereYetStopsTheStart(Flag flag) {
        String value = flag.isBoolean() ? (flag.initial().equals("true") ? "false" : "true") : "something";
        assertThatThrownBy(() -> parse("--" + flag.name() + "=" + value))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(flag.name())
                .hasMessageContaining("not supported yet");
        assertThat(parse("--" + flag.name() + "=" + flag.initial()).warnings()).isEmpty();
    }

    @Test
    void whatEtcdsDefaultMeansMayBeSaidByItsOtherName() {
        assertThat(parse("--log-outputs=stderr").warnings()).isEmpty();
        assertThatThrownBy(() -> parse("--log-outputs=stdout")).hasMessageContaining("not supported yet");
    }

    static List<Flag> notYet() {
        return Flags.of(Standing.NOT_YET);
    }

    @ParameterizedTest
    @MethodSource("nothingToSwitch")
    void whatSwitchesNothingIsAcceptedWithOneWarning(Flag flag) {
        String value = flag.isBoolean() ? (flag.initial().equals("true") ? "false" : "true") : "7";
        assertThat(parse("--" + flag.name() + "=" + value).warnings())
                .singleElement()
                .asString()
                .contains(flag.name());
    }

    static List<Flag> nothingToSwitch() {
        return Flags.of(Standing.NOTHING_TO_SWITCH);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> parse("--nmae=x", "stray", "--pre-vote=maybe", "--auto-tls", "--name"))
                .hasMessageContaining("did you mean --name?")
                .hasMessageContaining("'stray'")
                .hasMessageContaining("maybe")
                .hasMessageContaining("auto-tls")
                .hasMessageContaining("--name needs a value");
    }

    @Test
    void numbersAndTimesThatAreNoneAreNamed() {
        FlagValues values = parse("--max-txn-ops=many", "--grpc-keepalive-timeout=soon");
        assertThatThrownBy(() -> values.number("max-txn-ops", 1000)).hasMessageContaining("many");
        assertThatThrownBy(() -> values.millis("grpc-keepalive-timeout")).hasMessageContaining("soon");
        assertThat(parse("--grpc-keepalive-interval=1m30s").millis("grpc-keepalive-interval"))
                .isEqualTo(90_000);
    }

    @Test
    void aVariableWithoutValueIsAsGoodAsUnset() {
        FlagValues values =
                FlagValues.parse(List.of(), Map.of("ETCD_PRE_VOTE", "", "ETCD_NAME", "", "ETCD_AUTO_TLS", ""));
        assertThat(values.isGiven("pre-vote")).isFalse();
        assertThat(values.text("name")).isEqualTo("default");
    }

    @Test
    void aVariableThatTheCommandLineOverrulesIsNamedInAWarning() {
        Map<String, String> environment = Map.of("ETCD_NAME", "env", "ETCD_ELECTION_TIMEOUT", "2000");
        assertThat(FlagValues.parse(List.of("--name=a", "--name=b"), environment)
                        .warnings())
                .singleElement()
                .asString()
                .contains("ETCD_NAME is not used", "--name");
    }

    /** Cut to 32 bits, the first would be 1. */
    @Test
    void aNumberBelowAllThatCanBeMeantStaysBelow() {
        assertThat((int) parse("--max-txn-ops=-4294967295").number("max-txn-ops", Integer.MAX_VALUE))
                .isNegative();
        assertThat(parse("--max-txn-ops=-5").number("max-txn-ops", Integer.MAX_VALUE))
                .isEqualTo(-5);
    }

    private static FlagValues parse(String... arguments) {
        return FlagValues.parse(List.of(arguments), Map.of());
    }
}
