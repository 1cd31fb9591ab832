package io.quorate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FirstReadyTest {
    private static final String SERVES = "12:00 info ready to serve client requests name=n addresses=[]";
    private static final String LEADS = "12:00 info leader-elected term=1 votes=n1,n2 node=n";

    private final FirstReady ready = new FirstReady(List.of("n1", "n2"), List.of("a:1", "b:2"), "type");

    @Test
    void theLineComesOnceAllServeAndOneLeads() {
        assertThat(ready.hear("n1", LEADS)).isNull();
        assertThat(ready.hear("n1", SERVES)).isNull();
        assertThat(ready.hear("n2", "12:00 info leader-followed term=1 leader=n1 node=n2"))
                .isNull();
        assertThat(ready.hear("n2", SERVES)).isEqualTo("Ready: n1 leads, all members serve at a:1,b:2\n       type");
        assertThat(ready.hear("n2", LEADS)).isNull();
        assertThat(ready.hear("n2", SERVES)).isNull();
    }

    @Test
    void whoLeadsMayBeHeardLast() {
        ready.hear("n1", SERVES);
        assertThat(ready.hear("n2", SERVES)).isNull();
        assertThat(ready.hear("n2", LEADS)).startsWith("Ready: n2 leads");
    }
}
