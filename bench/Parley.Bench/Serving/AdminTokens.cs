using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.Bench.Serving;

/// <summary>Login tokens from a server that runs already, through the local admin door in its data directory.</summary>
internal static class AdminTokens
{
    /// <summary>Issues a token to each user.</summary>
    public static async Task<IReadOnlyDictionary<long, string>> IssueAsync(
        string dataDirectory, long projectId, IEnumerable<long> users, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, "admin.sock");
        if (!File.Exists(path))
            throw new BenchException($"{path} is not there: --data must name the data directory of the server that --server names");
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation) };
        using var http = new HttpClient(handler) { BaseAddress = new("http://parley/") };
        var tokens = new Dictionary<long, string>();
        foreach (var user in users)
        {
            using var content = new StringContent($$"""{"pid":{{projectId}},"user":"{{user}}"}""", Encoding.UTF8, "application/json");
            using var response = await http.PostAsync("tokens", content, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new BenchException($"the server issues no token for user {user}: {body}");
            using var json = JsonDocument.Parse(body);
            tokens[user] = json.RootElement.GetProperty("token").GetString()!;
        }
        return tokens;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
