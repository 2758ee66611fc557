using Parley.Conformance.Tests.Support;
using Parley.Core.Listening;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Wire.Fpnn;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>The algorithm of setlisten (rtm-server.md §6.3, rule S-12), without a server.</summary>
public sealed class SetListenTests
{
    private static readonly ListenerFilter Before = new()
    {
        Groups = new HashSet<long> { 1 },
        Rooms = new HashSet<long> { 2 },
        Users = new HashSet<long> { 3 },
        Events = new HashSet<string> { "login" },
        AllRooms = true,
    };

    [Fact]
    public void All_switches_everything_on_or_off_and_the_rest_is_ignored()
    {
        Assert.Equal("|||| group room p2p ev", Show(Apply(("all", true))));
        Assert.Equal("|||| group room p2p ev", Show(Apply(("all", true), ("gids", new[] { 5 }), ("p2p", false))));
        Assert.Equal("||||", Show(Apply(("all", false))));
        Assert.Equal("||||", Show(Apply(("all", 0), ("gids", new[] { 5 }), ("group", true))));
        Assert.Equal("||||", Show(Apply(("gids", null), ("rids", null), ("p2p", false), ("events", null), ("all", false))));
    }

    [Fact]
    public void A_list_that_is_there_replaces_everything()
    {
        Assert.Equal("5,6||||", Show(Apply(("gids", new[] { 5, 6 }))));
        Assert.Equal("||7|login,x| p2p", Show(Apply(("uids", new[] { 7 }), ("events", new[] { "login", "x" }), ("p2p", true))));
        Assert.Equal("|5||| group ev", Show(Apply(("rids", new[] { 5 }), ("group", true), ("room", false), ("ev", true))));
        // as go-0.1.0 sends it (§10.5): lists that were not given are nil
        Assert.Equal("12345|||login|", Show(Apply(("gids", new[] { 12345 }), ("rids", null), ("p2p", false), ("events", new[] { "login" }))));
        Assert.Equal("||||", Show(Apply(("gids", Array.Empty<long>()))));
    }

    [Theory]
    [InlineData("gids")]
    [InlineData("rids")]
    [InlineData("uids")]
    [InlineData("events")]
    public void A_list_that_is_nil_is_there_and_empty(string key)
    {
        Assert.Equal("||||", Show(Apply((key, null))));
        Assert.Equal("|||| p2p", Show(Apply((key, null), ("p2p", true))));
    }

    [Fact]
    public void A_list_that_comes_as_a_map_counts_by_its_keys()
    {
        Assert.Equal("5,6|7||logout|", Show(Apply(
            ("gids", new Dictionary<long, bool> { [5] = true, [6] = false }),
            ("rids", new Dictionary<string, int> { ["7"] = 1 }),
            ("events", new Dictionary<string, bool> { ["logout"] = true }))));
    }

    [Fact]
    public void Without_lists_the_given_flags_are_set_and_the_rest_stays()
    {
        Assert.Equal("1|2|3|login| group room", Show(Apply(("group", true))));
        Assert.Equal("1|2|3|login| p2p ev", Show(Apply(("room", false), ("p2p", true), ("ev", 1), ("group", false))));
        Assert.Equal("1|2|3|login| room", Show(Apply(("group", null), ("all", null))));
        Assert.Equal("1|2|3|login| room", Show(Apply()));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("group")]
    [InlineData("gids")]
    [InlineData("events")]
    public void A_wrong_type_fails(string key)
    {
        Assert.True(FpnnParameters.TryParse(Pack.Map((key, "x")), out var parameters));
        SetListen.Read(ref parameters);
        Assert.Equal(FpnnErrorCode.WrongType, parameters.Error);
    }

    private static ListenerFilter Apply(params (string Key, object? Value)[] asked)
    {
        Assert.True(FpnnParameters.TryParse(Pack.Map(asked), out var parameters));
        var read = SetListen.Read(ref parameters);
        Assert.False(parameters.Failed, parameters.ErrorText);
        return read.Apply(Before);
    }

    private static string Show(ListenerFilter filter) =>
        $"{string.Join(',', filter.Groups.Order())}|{string.Join(',', filter.Rooms.Order())}|{string.Join(',', filter.Users.Order())}|"
        + $"{string.Join(',', filter.Events.Order(StringComparer.Ordinal))}|{(filter.AllGroups ? " group" : "")}{(filter.AllRooms ? " room" : "")}"
        + $"{(filter.AllPeers ? " p2p" : "")}{(filter.AllEvents ? " ev" : "")}";
}
