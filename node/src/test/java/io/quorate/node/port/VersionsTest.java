package io.quorate.node.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VersionsTest {
    @Test
    void twoBuildsAgreeOnTheLowerOfTheirNewest() {
        assertThat(new Versions(1, 2).agreed(new Versions(1, 1))).isEqualTo(1);
        assertThat(new Versions(1, 1).agreed(new Versions(1, 2))).isEqualTo(1);
        assertThat(new Versions(2, 4).agreed(new Versions(3, 5))).isEqualTo(4);
        assertThat(new Versions(3, 3).agreed(new Versions(3, 3))).isEqualTo(3);
    }

    @Test
    void buildsThatAreTooFarApartAgreeOnNothing() {
        assertThat(new Versions(1, 2).agreed(new Versions(3, 4))).isZero();
        assertThat(new Versions(3, 4).agreed(new Versions(1, 2))).isZero();
    }

    @Test
    void aClusterOfAnUnknownVersionIsRefusedWithBothNumbersAndAWayOut() {
        assertThat(new Versions(1, 2).refusal(2)).isNull();
        assertThat(new Versions(1, 2).refusal(3))
                .contains("version 3", "versions 1 to 2", "too old", "a build that knows version 3");
        assertThat(new Versions(3, 4).refusal(2))
                .contains("version 2", "versions 3 to 4", "too new", "quorate upgrade");
    }

    @Test
    void aBuildSpeaksSomething() {
        assertThatThrownBy(() -> new Versions(2, 1)).hasMessageContaining("2 to 1");
        assertThatThrownBy(() -> new Versions(0, 1)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new Versions(1, 65536)).hasMessageContaining("65536");
    }
}
