package io.quorate.cli.sim;

import io.quorate.cli.common.Signals;
import io.quorate.sim.campaign.Campaign;
import java.util.concurrent.atomic.AtomicInteger;

/** Watches a campaign: shows how far it is, ends it when its time is over or when somebody presses Ctrl-C. */
final class Watch {
    private static final long LOOK_MILLIS = 100;

    private final Campaign campaign;
    private final Progress progress;
    private final double mostMinutes;
    private final int threads;
    private final AtomicInteger interrupts = new AtomicInteger();

    Watch(Campaign campaign, int threads, Progress progress, double mostMinutes) {
        this.campaign = campaign;
        this.threads = threads;
        this.progress = progress;
        this.mostMinutes = mostMinutes;
    }

    Done untilItEnds() throws InterruptedException {
        Signals.handle("INT", number -> interrupted());
        progress.begin();
        long began = System.nanoTime();
        campaign.start();
        while (!campaign.await(LOOK_MILLIS)) {
            long wall = System.nanoTime() - began;
            if (wall / 60e9 >= mostMinutes) {
                campaign.stop();
            }
            progress.show(wall, () -> Done.ofCampaign(campaign.soFar(), wall, threads, false));
        }
        progress.end();
        return Done.ofCampaign(campaign.outcome(), System.nanoTime() - began, threads, interrupts.get() > 0);
    }

    /** The first lets the runs under way end and then tells what was done; who presses again does not want to know. */
    private void interrupted() {
        if (interrupts.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(130);
        }
        campaign.stop();
    }
}
