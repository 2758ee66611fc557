using System.Diagnostics.CodeAnalysis;
using Parley.Gateways.Beehive.Messages;

namespace Parley.Gateways.Beehive.Http;

/// <summary>Path, option, action → interface. A reader finds every interface of beehive.md §3 here.</summary>
internal sealed class HttpTable
{
    private readonly Dictionary<string, EndpointPath> _paths = new(StringComparer.Ordinal);

    public HttpTable(BeehiveHost host)
    {
        Rows = [.. MakeRows(host)];
        foreach (var row in Rows)
        {
            if (!_paths.TryGetValue(row.Path, out var path))
                _paths.Add(row.Path, path = new(row.Path));
            path.Add(row);
        }
        // a later version of the reference serves rooms without the prefix (§3.6)
        foreach (var name in new[] { "config", "query", "push" })
            _paths.Add("/room/" + name, _paths["/im/room/" + name]);
    }

    /// <summary>Every interface, aliases included.</summary>
    public IReadOnlyList<Endpoint> Rows { get; }

    public bool TryFind(string path, [NotNullWhen(true)] out EndpointPath? found) => _paths.TryGetValue(path, out found);

    private static IEnumerable<Endpoint> MakeRows(BeehiveHost host)
    {
        var registration = new RegistrationEndpoints(host);
        var push = new PushEndpoints(host, new OperatorMessages(host));
        var statistics = new OnlineStatisticsEndpoints(host);
        var status = new StatusEndpoints();
        var nodes = new NodeEndpoints(host);
        return
        [
            new("1.1", "/im/register", "", Endpoint.Any, registration.RegisterAsync)
            {
                Access = CallAccess.Public,
                StoreFailure = new(BeehiveCode.AllocationFailed, "Alloc sid failed!"),
            },
            new("1.2", "/im/iplist", "", Endpoint.Any, registration.ListAddressesAsync) { Access = CallAccess.Public },

            new("2.1", "/im/push", "broadcast", Endpoint.Any, push.ToAllAsync),
            new("2.2", "/im/push", "group", Endpoint.Any, push.ToGroupAsync),
            new("2.3", "/im/push", "room", Endpoint.Any, push.ToRoomAsync),
            new("2.4", "/im/push", "sid", Endpoint.Any, push.ToSessionAsync),
            new("2.5", "/im/push", "uid", Endpoint.Any, push.ToUserAsync),
            new("2.6", "/im/push", "appid", Endpoint.Any, push.ToApplicationAsync),
            new("2.3", "/im/room/push", "room", Endpoint.Any, push.ToRoomAsync),

            new("3.1", "/im/config", "user-statis", "add", statistics.AddAsync),
            new("3.2", "/im/config", "user-statis", "del", statistics.DeleteAsync),
            new("3.3", "/im/config", "user-statis", "list", statistics.ListAsync),
            new("3.4", "/im/config", "user-statis", "get", statistics.GetAsync),

            new("4.1", "/im/query", "user-status", Endpoint.Any, status.GetUserAsync),
            new("4.2", "/im/query", "sid-list", Endpoint.Any, status.ListSessionsAsync),

            .. MakeGroupRows(new GroupEndpoints(host)),
            .. MakeRoomRows(new RoomEndpoints(host)),

            new("7.1", "/im/config", "listend", "list", nodes.ListAccessAsync),
            new("7.2", "/im/config", "listend", "add", nodes.AddAccessAsync),
            new("7.3", "/im/config", "listend", "del", nodes.DeleteAccessAsync),
            new("7.4", "/im/config", "frwder", "list", nodes.ListForwardersAsync),
            new("7.5", "/im/config", "frwder", "add", nodes.AddForwarderAsync),
            new("7.6", "/im/config", "frwder", "del", nodes.DeleteForwarderAsync),
        ];
    }

    private static IEnumerable<Endpoint> MakeGroupRows(GroupEndpoints groups) =>
    [
        new("5.1", "/im/group/config", "blacklist", "add", groups.AddToBlacklistAsync),
        new("5.2", "/im/group/config", "blacklist", "del", groups.DeleteFromBlacklistAsync),
        new("5.3", "/im/group/config", "blacklist", "get", groups.GetBlacklistAsync),
        new("5.4", "/im/group/config", "gag", "add", groups.GagAsync),
        new("5.5", "/im/group/config", "gag", "del", groups.LiftGagAsync),
        new("5.6", "/im/group/config", "gag", "get", groups.GetGaggedAsync),
        new("5.7", "/im/group/config", "group", "close", groups.DissolveAsync),
        new("5.7", "/im/group/config", "close", Endpoint.Any, groups.DissolveAsync), // the reference of 2017
        new("5.7", "/im/group/config", "switch", "off", groups.CloseAsync), // the last reference
        new("5.7", "/im/group/config", "switch", "on", groups.OpenAsync),
        new("5.8", "/im/group/config", "cap", "set", groups.SetCapacityAsync),
        new("5.8", "/im/group/config", "capacity", "set", groups.SetCapacityAsync),
        new("5.8", "/im/group/config", "group-cap", "set", groups.SetCapacityAsync),
        new("5.9", "/im/group/config", "cap", "get", groups.GetCapacityAsync),
        new("5.9", "/im/group/config", "capacity", "get", groups.GetCapacityAsync),
        new("5.9", "/im/group/config", "group-cap", "get", groups.GetCapacityAsync),
        new("5.10", "/im/group/query", "top-list", Endpoint.Any, groups.ListLargestAsync),
        new("5.11", "/im/group/query", "mesg-top-list", Endpoint.Any, groups.ListBusiestAsync),
    ];

    private static IEnumerable<Endpoint> MakeRoomRows(RoomEndpoints rooms) =>
    [
        new("6.1", "/im/room/config", "blacklist", "add", rooms.AddToBlacklistAsync),
        new("6.2", "/im/room/config", "blacklist", "del", rooms.DeleteFromBlacklistAsync),
        new("6.2+", "/im/room/config", "blacklist", "get", rooms.GetBlacklistAsync), // as 5.3
        new("6.3", "/im/room/config", "gag", "add", rooms.GagAsync),
        new("6.4", "/im/room/config", "gag", "del", rooms.LiftGagAsync),
        new("6.4+", "/im/room/config", "gag", "get", rooms.GetGaggedAsync), // as 5.6
        new("6.5", "/im/room/config", "room", "close", rooms.CloseAsync),
        new("6.6", "/im/room/config", "room", "open", rooms.OpenAsync),
        new("6.7", "/im/room/config", "cap", "set", rooms.SetCapacityAsync),
        new("6.7", "/im/room/config", "capacity", "set", rooms.SetCapacityAsync),
        new("6.8", "/im/room/config", "cap", "get", rooms.GetCapacityAsync),
        new("6.8", "/im/room/config", "capacity", "get", rooms.GetCapacityAsync),
        new("6.9", "/im/room/query", "top-list", Endpoint.Any, rooms.ListLargestAsync),
        new("6.10", "/im/room/query", "group-list", Endpoint.Any, rooms.ListSubGroupsAsync),
    ];
}
