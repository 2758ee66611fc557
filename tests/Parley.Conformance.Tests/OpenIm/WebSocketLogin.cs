using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>A connection to the message gateway that is there and nothing else (openim.md §8.1): for tests of what the API tells of it.</summary>
public sealed class WebSocketLogin : IAsyncDisposable
{
    private readonly RawPeer _raw;

    private WebSocketLogin(RawPeer raw) => _raw = raw;

    public static async Task<WebSocketLogin> OpenAsync(OpenImApiServer server, OpenImUser user, int platform)
    {
        var door = server.Process.Endpoints["OpenImGateway"];
        var raw = await RawPeer.ConnectAsync(door);
        await raw.SendTextAsync(
            $"GET /?sendID={user.Id}&token={user.Token}&platformID={platform} HTTP/1.1\r\nHost: {door}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        var head = await raw.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        await Wait.Until(async () => (await server.DataAsync(
            "/manager/get_users_online_status", $$"""{"userIDList":["{{user.Id}}"],"operationID":"op"}""")).GetRawText().Contains("\"platform\":\"" + NameOf(platform), StringComparison.Ordinal), "the user is online");
        return new(raw);
    }

    /// <summary>Waits until the server has closed; what it said before is in the bytes.</summary>
    public async Task<byte[]> ReadToEndAsync() => await _raw.ReadToEndAsync();

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private static string NameOf(int platform) => platform switch { 1 => "IOS", 2 => "Android", 5 => "Web", 6 => "MiniWeb", _ => "" };
}
