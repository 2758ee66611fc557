using Microsoft.AspNetCore.Connections;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>listend over TCP (beehive.md §7.1).</summary>
internal sealed class TcpDoor(BeehiveHost host) : ListendDoor(host)
{
    public const string DoorName = "BeehiveTcp";

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:9002";

    public override string Description => "beehive listend: protobuf over TCP, for end users";

    public override uint NodeId => (uint)Host.Settings.NodeId;

    public override bool IsWebSocket => false;

    public override Task AcceptAsync(ConnectionContext connection, ConnectionDelegate http) => RunAsync(new StreamConnection(this, connection));
}
