package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import io.quorate.etcd.quoratepb.StateHash;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real members compare their states, over kills and snapshots too, and an operator sees it by the commands of the page. */
@Tag("process")
@Tag("slow")
final class StateHashProcessTest {
    @TempDir
    private Path folder;

    private List<RealMember> members = List.of();

    @AfterEach
    void endThem() {
        members.forEach(RealMember::close);
    }

    @Test
    void membersThatHaveTheSameAgreeAndSayIt() {
        members = RealMember.three(
                Ports.run(6), folder, "--state-hash-entries=16", "--snapshot-count=30", "--snapshot-catchup-entries=0");
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
        put(40);
        RealMember behind = members.get(2);
        behind.kill();
        put(100);
        behind.start().awaitReady();
        put(40);
        for (RealMember member : members) {
            StateHash compared = Until.found("a comparison behind the snapshots", () -> {
                StateHash state = member.state().getStateHash();
                return state.getAgreedIndex() > 150 ? state : null;
            });
            assertThat(compared.getProblem()).isEmpty();
        }

        OperatorPage page = OperatorPage.read("## A member whose state differs");
        assertThat(whole(page.take("./quorate status"))).contains("3 of 3 voters answer");
        assertThat(whole("./quorate status -w json")).contains("\"agreedIndex\":", "\"problem\":null");
        String index = Long.toString(members.get(0).state().getLastApplied());
        assertThat(whole(page.take("./quorate log read").replace("INDEX", index)))
                .contains("\"index\":" + index);
        assertThat(whole(page.take("./quorate endpoint hashkv"))).isNotEmpty();
        assertThat(page.left()).isEmpty();
    }

    private void put(int keys) {
        for (int k = 0; k < keys; k++) {
            members.get(k % 2).put("key " + k % 7, "value " + k);
        }
    }

    private String whole(String command) {
        ProcessBuilder quorate = RealMember.quorate();
        String launcher = "'" + quorate.command().get(0) + "'";
        quorate.command("sh", "-c", command.replace("./quorate", launcher));
        quorate.environment()
                .put(
                        "ETCDCTL_ENDPOINTS",
                        members.stream().map(RealMember::endpoint).collect(Collectors.joining(",")));
        Finished finished = Running.run(quorate);
        assertThat(finished.exitCode()).as(command + "\n" + finished.output()).isZero();
        return finished.output();
    }
}
