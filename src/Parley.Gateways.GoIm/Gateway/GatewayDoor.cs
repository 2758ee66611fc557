using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.GoIm.Commands;
using Parley.Gateways.GoIm.Connections;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Gateway;

/// <summary>The GoIM gateway: tells clients, before login, where the msg_server is, and closes (goim-json §6).</summary>
internal sealed class GatewayDoor : GoImDoor
{
    private readonly IDoorDirectory _doors;

    public GatewayDoor(IDoorDirectory doors, GoImHost host)
        : base(host)
    {
        _doors = doors;
        Table =
        [
            new("req_msg_server", "select_msg_server_for_client", 0, needsLogin: false, SelectMessageServer), // GI-001
            Unknown,
        ];
        host.Register(this);
    }

    public override string Name => "GoImGateway";

    public override string DefaultEndpoint => "127.0.0.1:17000";

    public override string Description => "GoIM gateway: tells clients where the msg_server is";

    public override GoImTable Table { get; }

    public override long PatienceMilliseconds => Host.Settings.GatewaySeconds * 1000L;

    /// <summary>The first request is answered, whatever it is, and the connection is closed.</summary>
    public override ValueTask Take(GoImConnection connection, in GoImRequest request)
    {
        var command = Table.TryFind(request.Command, out var found) ? found : Unknown;
        var call = new GoImCall(connection, command, connection.Answers.Begin(), EchoOf(request));
        var taken = command.Handler(call, request);
        connection.CloseAfterFlush(CloseReason.Bye);
        return taken;
    }

    /// <summary>GI-001: <c>[]</c> → <c>[host:port]</c>.</summary>
    private ValueTask SelectMessageServer(GoImCall call, GoImRequest request)
    {
        var endpoint = _doors.GetPublicEndpoint(MessageDoor.DoorName, AddressKind.IPv4, isTls: false);
        if (endpoint.Length == 0)
            endpoint = _doors.GetPublicEndpoint(MessageDoor.DoorName, AddressKind.Domain, isTls: false);
        if (endpoint.Length == 0)
            call.Fail(GoImFailures.Error);
        else
            call.Succeed(endpoint);
        return ValueTask.CompletedTask;
    }
}
