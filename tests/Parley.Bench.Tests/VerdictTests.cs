using Parley.Bench.Reporting;

namespace Parley.Bench.Tests;

public sealed class VerdictTests
{
    [Fact]
    public void Both_ends_of_a_message_count_against_the_rows_of_the_store()
    {
        var verdicts = Judge(
            Scenario("store", Series("rows", 1000)),
            Scenario("ping", Series("pings", 10_000)),
            Scenario("p2p", Series("answers", 300, p99: 4_000), Series("receipts", 300, p99: 51_000)) with
            {
                Figures = new() { ["operationsPerSecond"] = 600 },
            });
        Assert.Equal((0.6, true), (verdicts["p2pPerStore"].Value, verdicts["p2pPerStore"].IsMet));
        Assert.Equal((0.3, null), (verdicts["p2pMessagesPerStore"].Value, verdicts["p2pMessagesPerStore"].IsMet));
        Assert.Equal((0.06, false), (verdicts["p2pPerPing"].Value, verdicts["p2pPerPing"].IsMet));
        Assert.Equal((51, false), (verdicts["p2pP99"].Value, verdicts["p2pP99"].IsMet));
    }

    [Theory]
    [InlineData(600, true)]
    [InlineData(599, false)]
    public void Inboxes_are_held_against_the_store_without(double rows, bool isMet)
    {
        var verdict = Judge(Scenario("store", Series("rows", 1000)), Scenario("store.inboxes", Series("rows", rows)))["inboxesPerStore"];
        Assert.Equal((rows / 1000, isMet), (verdict.Value, verdict.IsMet));
    }

    [Theory]
    [InlineData(480, true)]
    [InlineData(479, false)]
    public void Back_ends_are_held_against_users_of_the_same_run(double operations, bool isMet)
    {
        var p2p = Scenario("p2p", Series("answers", 300), Series("receipts", 300)) with { Figures = new() { ["operationsPerSecond"] = 600 } };
        var backEnds = Scenario("backend") with { Figures = new() { ["operationsPerSecond"] = operations } };
        Assert.Equal((operations / 600, isMet), (Judge(p2p, backEnds)["backEndPerP2p"].Value, Judge(p2p, backEnds)["backEndPerP2p"].IsMet));
        Assert.DoesNotContain("backEndPerP2p", Judge(p2p).Keys);
        Assert.Empty(Judge(backEnds));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(299, false)]
    public void GoIM_is_held_against_p2p_of_the_same_run(double operations, bool isMet)
    {
        var p2p = Scenario("p2p", Series("answers", 300), Series("receipts", 300)) with { Figures = new() { ["operationsPerSecond"] = 600 } };
        var goIm = Scenario("goim-p2p") with { Figures = new() { ["operationsPerSecond"] = operations } };
        Assert.Equal((operations / 600, isMet), (Judge(p2p, goIm)["goImP2pPerP2p"].Value, Judge(p2p, goIm)["goImP2pPerP2p"].IsMet));
        Assert.DoesNotContain("goImP2pPerP2p", Judge(p2p).Keys);
        Assert.Empty(Judge(goIm));
    }

    [Theory]
    [InlineData(700, true)]
    [InlineData(699, false)]
    public void Posts_to_OpenIM_are_held_against_those_to_the_server_gate(double posts, bool isMet)
    {
        var gate = Scenario("gate-post", Series("answers", 1000));
        var openIm = Scenario("openim-post", Series("answers", posts));
        Assert.Equal((posts / 1000, isMet), (Judge(gate, openIm)["openImPostPerGatePost"].Value, Judge(gate, openIm)["openImPostPerGatePost"].IsMet));
        Assert.Empty(Judge(gate));
        Assert.Empty(Judge(openIm));
    }

    [Fact]
    public void A_topic_is_shown_beside_room_and_group_without_a_target()
    {
        var topic = Scenario("goim-topic", Series("deliveries", 30));
        var verdicts = Judge(topic, Scenario("room", Series("deliveries", 60)), Scenario("group", Series("deliveries", 40)));
        Assert.Equal((0.5, null), (verdicts["goImTopicPerRoom"].Value, verdicts["goImTopicPerRoom"].IsMet));
        Assert.Equal((0.75, null), (verdicts["goImTopicPerGroup"].Value, verdicts["goImTopicPerGroup"].IsMet));
        Assert.Empty(Judge(topic));
    }

    [Theory]
    [InlineData(80, 79, 20_000, true, false, true)]
    [InlineData(79, 80, 20_001, false, true, false)]
    public void A_beehive_room_is_held_against_a_room_of_RTM_with_as_many_receivers(
        double silent, double acknowledged, double files, bool isSilentMet, bool isAcknowledgedMet, bool isFilesMet)
    {
        var room = Scenario("beehive-room", Series("deliveries", silent)) with
        {
            Figures = new() { ["acknowledgedDeliveriesPerSecond"] = acknowledged, ["clientFiles"] = 5, ["serverFiles"] = files },
        };
        var verdicts = Judge(room, Scenario("room.beehive", Series("deliveries", 100)), Scenario("room", Series("deliveries", 1)));
        Assert.Equal((silent / 100, isSilentMet), (verdicts["beehiveRoomPerRoom"].Value, verdicts["beehiveRoomPerRoom"].IsMet));
        Assert.Equal(
            (acknowledged / 100, isAcknowledgedMet),
            (verdicts["beehiveRoomAcknowledgedPerRoom"].Value, verdicts["beehiveRoomAcknowledgedPerRoom"].IsMet));
        Assert.Equal((files, isFilesMet), (verdicts["beehiveRoomFiles"].Value, verdicts["beehiveRoomFiles"].IsMet));
        Assert.Equal(["beehiveRoomFiles"], Judge(room).Keys);
    }

    [Fact]
    public void Beehive_p2p_is_shown_beside_p2p_without_a_target()
    {
        var p2p = Scenario("p2p", Series("answers", 300), Series("receipts", 300)) with { Figures = new() { ["operationsPerSecond"] = 600 } };
        var beehive = Scenario("beehive-p2p") with { Figures = new() { ["operationsPerSecond"] = 300 } };
        Assert.Equal((0.5, null), (Judge(p2p, beehive)["beehiveP2pPerP2p"].Value, Judge(p2p, beehive)["beehiveP2pPerP2p"].IsMet));
        Assert.Empty(Judge(beehive));
    }

    [Theory]
    [InlineData(5000, 5000, true, true)]
    [InlineData(5001, 5001, false, false)]
    [InlineData(5000, 5001, true, false)]
    public void The_slowest_interface_of_statistics_counts_but_for_the_longest_answer(double p50, double p99, bool isP50Met, bool isP99Met)
    {
        var verdicts = Judge(Scenario(
            "statistics", Series("user-statis list", 1, 10, 20), Series("room group-list", 1, p50, p99), Series("user-statis get, num 10,000", 1, 9000, 9000)));
        Assert.Equal((p50 / 1000, isP50Met), (verdicts["statisticsP50"].Value, verdicts["statisticsP50"].IsMet));
        Assert.Equal((p99 / 1000, isP99Met), (verdicts["statisticsP99"].Value, verdicts["statisticsP99"].IsMet));
    }

    [Fact]
    public void A_round_trip_may_take_three_pings_and_one_flush()
    {
        var verdicts = Judge(
            Scenario("ping.single", Series("pings", 1, p50: 30)),
            Scenario("p2p.single", Series("answers", 1, p50: 190)) with { Figures = new() { ["flushMicroseconds"] = 100 } });
        Assert.Equal((190, 190.0, true), (verdicts["p2pRoundTripSingle"].Value, verdicts["p2pRoundTripSingle"].Target, verdicts["p2pRoundTripSingle"].IsMet));
    }

    [Fact]
    public void A_scenario_that_did_not_run_gives_no_verdict() => Assert.Empty(Judge(Scenario("room", Series("deliveries", 5))));

    private static Dictionary<string, Verdict> Judge(params ScenarioResult[] results) =>
        Verdicts.Judge(results, readySeconds: null, residentAtStart: null).ToDictionary(static v => v.Name);

    private static ScenarioResult Scenario(string name, params SeriesResult[] series) => new() { Name = name, Title = name, Series = series };

    private static SeriesResult Series(string name, double perSecond, double p50 = 1, double p99 = 1) => new(name, 1, perSecond, 1, p50, p99, 1, 1);
}
