using Parley.Gateways.Doors;
using Parley.Gateways.Rtm.ClientGate;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Dispatch;

/// <summary>RTM dispatch: tells clients, before login, where the client gate is (rtm-client.md §3.1, fpnn.md §7).</summary>
internal sealed class DispatchDoor : FpnnDoor
{
    private readonly IDoorDirectory _doors;

    public DispatchDoor(IDoorDirectory doors, FpnnHost host)
        : base(host)
    {
        _doors = doors;
        Table = new()
        {
            { "which", QuestAccess.Anyone, Which },
            { "whichall", QuestAccess.Anyone, WhichAll },
        };
        host.Register(this);
    }

    public override string Name => "RtmDispatch";

    public override string DefaultEndpoint => "127.0.0.1:13325";

    public override string Description => "RTM dispatch: tells clients where the client gate is";

    public override QuestTable Table { get; }

    public override int PackageLimit(FpnnPeer peer) => Host.Settings.PackageBytesBeforeLogin;

    /// <summary><c>which</c>: what, iptype|addrType?, proto?, version? → server and endpoint, the same twice; "" when there is none.</summary>
    private ValueTask Which(Quest quest, ref FpnnParameters parameters)
    {
        if (!TryFind(quest, ref parameters, out var endpoint))
            return ValueTask.CompletedTask;
        var answer = quest.BeginAnswer(2);
        answer.Write("server"u8, endpoint);
        answer.Write("endpoint"u8, endpoint);
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>whichall</c>: as <c>which</c> → servers and endpoints, the same twice.</summary>
    private ValueTask WhichAll(Quest quest, ref FpnnParameters parameters)
    {
        if (!TryFind(quest, ref parameters, out var endpoint))
            return ValueTask.CompletedTask;
        var answer = quest.BeginAnswer(2);
        Write(ref answer, "servers"u8, endpoint);
        Write(ref answer, "endpoints"u8, endpoint);
        answer.Send();
        return ValueTask.CompletedTask;

        static void Write(ref AnswerWriter answer, ReadOnlySpan<byte> key, string endpoint)
        {
            answer.WriteArray(key, endpoint.Length == 0 ? 0 : 1);
            if (endpoint.Length > 0)
                answer.Value(endpoint);
        }
    }

    /// <summary>Checks in the order of fpnn.md §7: what, allow-list, address type, protocol. Optional parameters of a wrong type are absent.</summary>
    private bool TryFind(Quest quest, ref FpnnParameters parameters, out string endpoint)
    {
        endpoint = "";
        var what = parameters.String("what"u8);
        if (parameters.Failed)
        {
            quest.Fail(parameters.Error, parameters.ErrorText);
            return false;
        }
        var address = parameters.StringOrNull("iptype"u8, "addrType"u8, ignoreWrongType: true) ?? "ipv4";
        var protocol = parameters.StringOrNull("proto"u8, ignoreWrongType: true) ?? "tcp";
        if (!IsAllowed(what))
            return Refuse(quest, "Disallowed service.");
        if (!TryParse(address, out var kind))
            return Refuse(quest, "Invalid address type.");
        switch (protocol.ToUpperInvariant())
        {
            case "TCP" or "HTTP":
                endpoint = _doors.GetPublicEndpoint(ClientGateDoor.DoorName, kind, isTls: false);
                return true;
            case "SSL" or "TLS":
                endpoint = _doors.GetPublicEndpoint(ClientGateDoor.DoorName, kind, isTls: true);
                return true;
            case "UDP":
                return true; // no door speaks it, so there is none to name
            default:
                return Refuse(quest, "Invalid protocol type.");
        }
    }

    /// <summary>A client may name a cluster; an entry of the list may too.</summary>
    private bool IsAllowed(string what) =>
        Host.Settings.Services.Any(service => string.Equals(WithoutCluster(service), WithoutCluster(what), StringComparison.Ordinal));

    private static string WithoutCluster(string service) => service.Split('@')[0];

    private static bool TryParse(string text, out AddressKind kind)
    {
        (var isKnown, kind) = text.ToUpperInvariant() switch
        {
            "IP4" or "IPV4" => (true, AddressKind.IPv4),
            "IP6" or "IPV6" => (true, AddressKind.IPv6),
            "DOMAIN" => (true, AddressKind.Domain),
            _ => (false, default),
        };
        return isKnown;
    }

    private static bool Refuse(Quest quest, string text)
    {
        quest.Fail(FpnnErrorCode.DispatchInvalidParameter, text, "Dispatcher");
        return false;
    }
}
