using Parley.Gateways.Beehive.Nodes;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>Which nodes clients are sent to (beehive.md §6).</summary>
public sealed class NodeChoiceTests
{
    private static readonly IpPlace Telecom = new("CN", "1", "Telecom");
    private static readonly IpPlace Unicom = new("CN", "2", "Unicom");
    private static readonly IpPlace Netz = new("DE", "3", "Netz");
    private static readonly IpPlace Net = new("US", "4", "Net");

    [Fact]
    public void Nodes_of_the_clients_country_and_operator_come_before_all_others() =>
        Assert.Equal([2L], Choose(Netz, Node(1, Telecom), Node(2, Netz), Node(3, Net), Node(4, new("DE", "1", "Telecom"))));

    [Fact]
    public void An_operator_is_the_same_by_its_id_or_by_its_name() =>
        Assert.Equal([1L, 2], Choose(Netz, Node(1, new("DE", "3", "")), Node(2, new("de", "", "netz")), Node(3, new("DE", "", ""))));

    [Theory]
    [InlineData("US")] // the country has no node
    [InlineData("DE")] // the operator has none there
    [InlineData(null)] // the address is in no range
    public void Without_such_nodes_those_of_the_default_country_are_given_whatever_their_operator(string? country) =>
        Assert.Equal(
            [1L, 2], Choose(country is null ? null : new(country, "9", "Nine"), Node(1, Telecom), Node(2, Unicom), Node(3, Netz), Node(4, null)));

    [Fact]
    public void Without_those_any_node_will_do() => Assert.Equal([3L, 4], Choose(Net, Node(3, Netz), Node(4, null)));

    [Fact]
    public void Without_a_dictionary_all_nodes_are_alike() =>
        Assert.Equal([1L, 2], [.. NodeChoice.Choose([Node(1, null), Node(2, Telecom)], null, "", 5, NoShuffle).Select(node => node.NodeId)]);

    [Fact]
    public void Without_nodes_there_is_nothing_to_give() => Assert.Empty(Choose(Net));

    [Fact]
    public void Busy_nodes_are_left_out_while_there_are_others_even_if_these_are_far() =>
        Assert.Equal([3L], Choose(Netz, Node(1, Netz, status: NodeStatus.TooBusy), Node(3, Net)));

    [Fact]
    public void Busy_nodes_are_better_than_none() =>
        Assert.Equal([1L], Choose(Netz, Node(1, Netz, status: NodeStatus.TooBusy), Node(2, Net, status: NodeStatus.TooBusy)));

    [Fact]
    public void Few_connections_come_first_and_nodes_that_have_not_reported_last() =>
        Assert.Equal([2L, 3, 1, 4], Choose(Net, Node(4, Net, connections: null), Node(1, Net, 30), Node(2, Net, 10), Node(3, Net, 20)));

    [Theory]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    public void No_more_are_given_than_the_setting_says(int nodes, int given) =>
        Assert.Equal(given, Choose(Net, [.. Enumerable.Range(1, nodes).Select(id => Node(id, Net))]).Length);

    [Fact]
    public void Equals_are_given_in_the_order_of_the_shuffle() => Assert.Equal(
        [3L, 2, 1],
        NodeChoice.Choose([Node(1, Net), Node(2, Net), Node(3, Net)], Net, "CN", 5, static nodes => Array.Reverse(nodes)).Select(node => node.NodeId));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:9002")]
    [InlineData("chat.example", "chat.example:9002")]
    [InlineData("2001:db8::1", "[2001:db8::1]:9002")]
    public void Addresses_have_a_port(string host, string address) =>
        Assert.Equal(address, new AccessPoint(1, NodeType.Tcp, host, 9002, NodeStatus.Running, 0, null).Address);

    private static long[] Choose(IpPlace? client, params AccessPoint[] nodes) =>
        [.. NodeChoice.Choose(nodes, client, "CN", 5, NoShuffle).Select(node => node.NodeId)];

    private static void NoShuffle(AccessPoint[] nodes)
    {
        // as they are
    }

    private static AccessPoint Node(long id, IpPlace? place, int? connections = 0, NodeStatus status = NodeStatus.Running) =>
        new(id, NodeType.Tcp, "192.0.2.1", 9002, status, connections, place);
}
