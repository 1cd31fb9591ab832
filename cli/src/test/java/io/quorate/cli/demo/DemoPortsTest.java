package io.quorate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.common.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoPortsTest {
    @Test
    void aPortGivenByFlagIsRefusedWhenItIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> DemoPorts.from(port, 1))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(String.valueOf(port))
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aPortThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> DemoPorts.from(65_530, 2)).hasMessageContaining("no port");
    }

    @Test
    void everyMemberHasPortsOfItsOwn() {
        List<DemoPorts.Pair> pairs = DemoPorts.defaults(9);
        assertThat(pairs).hasSize(9);
        assertThat(pairs.stream().flatMap(pair -> List.of(pair.client(), pair.peer()).stream()))
                .doesNotHaveDuplicates()
                .allMatch(port -> port > 0 && port < 65_536);
    }

    @Test
    void aKeptFolderRemembersItsPorts(@TempDir Path folder) {
        List<DemoPorts.Pair> pairs =
                List.of(new DemoPorts.Pair(2379, 2380, false), new DemoPorts.Pair(22379, 22380, false));
        DemoDirectory.open(folder).rememberPorts(pairs);
        assertThat(DemoDirectory.open(folder).rememberedPorts()).isEqualTo(pairs);
        DemoDirectory.open(folder).removeIfTemporary(List.of("n1"));
        assertThat(folder).exists();
    }

    @Test
    void aTemporaryFolderGoes() {
        DemoDirectory directory = DemoDirectory.open(null);
        assertThat(directory.rememberedPorts()).isNull();
        directory.rememberPorts(List.of(new DemoPorts.Pair(1, 2, false)));
        assertThat(directory.of("n1").getParent()).exists();
        directory.removeIfTemporary(List.of("n1"));
        assertThat(directory.of("n1").getParent()).doesNotExist();
    }

    @Test
    void aDamagedPortsFileIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("demo.properties"), "n1=x\n");
        assertThatThrownBy(() -> DemoDirectory.open(folder).rememberedPorts()).hasMessageContaining("demo.properties");
    }
}
