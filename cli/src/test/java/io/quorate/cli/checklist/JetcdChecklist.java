package io.quorate.cli.checklist;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What the parts through jetcd share: a client of each member. They are the checklist as a stranger's library says it. */
abstract class JetcdChecklist extends Checklist {
    private final List<Jetcd> clients = new ArrayList<>();

    Jetcd jetcd;

    @BeforeAll
    void openClients() {
        for (int member = 0; member < cluster.members().size(); member++) {
            clients.add(Jetcd.of(cluster.endpoint(member)));
        }
    }

    @AfterAll
    void closeClients() {
        clients.forEach(Jetcd::close);
    }

    @BeforeEach
    void chooseClient() {
        jetcd = clients.get(0);
    }

    /** jetcd's clients, in the order of the members. */
    List<Jetcd> clients() {
        return clients;
    }
}
