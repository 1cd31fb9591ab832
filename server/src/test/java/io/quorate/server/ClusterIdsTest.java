package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterIdsTest {
    /** A server of etcd's with these flags prints these ids. */
    @Test
    void idsAreThoseThatEtcdDerives() {
        long member = ClusterIds.memberId(List.of("http://localhost:2380"), "etcd-cluster");
        assertThat(Long.toHexString(member)).isEqualTo("8e9e05c52164694d");
        assertThat(Long.toHexString(ClusterIds.clusterId(List.of(member)))).isEqualTo("cdf818194e3a8c32");
    }

    @Test
    void idsDoNotDependOnTheOrderOfTheFlags() {
        assertThat(ClusterIds.clusterId(List.of(1L, -1L))).isEqualTo(ClusterIds.clusterId(List.of(-1L, 1L)));
        assertThat(ClusterIds.memberId(List.of("b", "a"), "t")).isEqualTo(ClusterIds.memberId(List.of("a", "b"), "t"));
    }
}
