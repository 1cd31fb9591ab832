package io.quorate.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.support.Checkout;
import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.core.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table that {@code --ledger} adds to. */
final class LedgerFileTest {
    private static final long SECOND = 1_000_000_000;

    /** A run of two hours, in which loss did something. */
    private static Ledger run(FaultKind... planned) {
        return run(List.of(FaultKind.LOSS), planned);
    }

    private static Ledger run(List<FaultKind> fired, FaultKind... planned) {
        Ledger ledger = new Ledger();
        for (FaultKind kind : planned) {
            ledger.planned(kind);
        }
        fired.forEach(ledger::fired);
        ledger.ran(5_000, 7200 * SECOND, 90 * SECOND);
        return ledger;
    }

    private static Outcome outcome(int runs, Ledger ledger) {
        return new Outcome(Profile.CORE, 10, runs, ledger, null);
    }

    @Test
    void aCampaignTellsWhatItCost() {
        Ledger ledger = run(FaultKind.LOSS);
        ledger.unseen(Unseen.LOST_LAST_WRITE);
        ledger.unseen(Unseen.ALL_WIPED);
        ledger.unseen(Unseen.ALL_WIPED);
        assertThat(LedgerFile.row("abc", Done.ofCampaign(outcome(1, ledger), 10 * SECOND, 2, false)))
                .isEqualTo("| abc | core | 10–10 | 2.00 | 0.03 | 0.00 | 5000 | 250 | 1 | 3 | 0 | clean |");
        Done nothing = Done.ofCampaign(new Outcome(Profile.CORE, 7, 0, new Ledger(), null), SECOND, 2, true);
        assertThat(LedgerFile.row("abc", nothing))
                .isEqualTo("| abc | core | none | 0.00 | 0.00 | 0.00 | 0 | 0 | 0 | 0 | 0 | clean |");
    }

    @Test
    void whatOneRunDidNotTryIsExcusedWhenAnotherOfTheCampaignDid() {
        Ledger ledger = run(FaultKind.LOSS, FaultKind.CRASH);
        ledger.add(run(List.of(FaultKind.LOSS, FaultKind.CRASH), FaultKind.LOSS, FaultKind.CRASH));
        ledger.add(run(FaultKind.CRASH));
        assertThat(LedgerFile.row("abc", Done.ofCampaign(outcome(3, ledger), SECOND, 1, false)))
                .endsWith(" | 4 | 0 | 2 | clean |");
    }

    @Test
    void whatTheWholeCampaignDidNotTryIsNot() {
        Ledger ledger = run(FaultKind.LOSS, FaultKind.CRASH);
        ledger.add(run(FaultKind.LOSS, FaultKind.CRASH));
        assertThat(LedgerFile.row("abc", Done.ofCampaign(outcome(2, ledger), SECOND, 1, false)))
                .endsWith(" | 2 | 0 | 0 | never fired: crash |");
    }

    /** As its exit code says, too. */
    @Test
    void oneSeedAloneIsExcused() {
        Ledger ledger = run(FaultKind.LOSS, FaultKind.CRASH);
        assertThat(LedgerFile.row("abc", Done.ofOneSeed(outcome(1, ledger), SECOND)))
                .endsWith(" | 1 | 0 | 1 | clean |");
    }

    @Test
    void aBrokenRuleIsNamed() {
        RunResult failure =
                new RunResult(Swarm.core(7), 5, 1, SECOND, new Ledger(), new Violation("PLANTED", "by this test"));
        Outcome failed = new Outcome(Profile.CORE, 7, 1, new Ledger(), failure);
        assertThat(LedgerFile.row("abc", Done.ofOneSeed(failed, SECOND))).endsWith("| seed 7 broke PLANTED |");
    }

    @Test
    void aFileWithAnotherTableIsNotAddedTo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("old.md"), "| commit | profile |\n| --- | --- |\n| a | core |\n");
        assertThatThrownBy(() -> LedgerFile.at(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("holds no table with these columns: | commit | profile | seeds |");
        assertThat(Files.readString(file)).endsWith("| a | core |\n");
    }

    @Test
    void theFileOfTheDocumentsHasTheseColumns() throws IOException {
        Path file = Checkout.root().resolve("docs/sim-ledger.md");
        String text = Files.readString(file);
        assertThat(text).contains(LedgerFile.COLUMNS);
        List<String> rows =
                text.substring(text.indexOf(LedgerFile.COLUMNS)).lines().skip(2).toList();
        assertThat(rows).isNotEmpty().allMatch(row -> row.split(" \\| ", -1).length == 12 && row.endsWith(" |"));
    }
}
