using System.Net;
using System.Text.Json;

namespace Parley.Bench.Client;

/// <summary>The HTTP interface of beehive.</summary>
/// <param name="door">Where it is.</param>
/// <param name="connections">Keep-alive connections at the most.</param>
internal sealed class BeehiveHttp(IPEndPoint door, int connections) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false })
    {
        BaseAddress = new($"http://{door}/"),
    };

    /// <summary>Gets a session id and a token for a user, as a client does before it connects.</summary>
    /// <exception cref="BenchException">The server refuses.</exception>
    public async Task<(long SessionId, string Token)> RegisterAsync(long user, CancellationToken cancellationToken)
    {
        long session;
        using (var registered = await GetAsync($"im/register?uid={user}&nation=86&city=10&town=1", cancellationToken))
            session = registered.RootElement.GetProperty("sid").GetInt64();
        using var list = await GetAsync($"im/iplist?type=1&uid={user}&sid={session}&clientip=127.0.0.1", cancellationToken);
        return (session, list.RootElement.GetProperty("token").GetString()!);
    }

    /// <summary>Calls an interface and returns its answer.</summary>
    /// <exception cref="BenchException">The answer is an error.</exception>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await ReadAsync(path, response, cancellationToken);
    }

    /// <summary>Pushes bytes.</summary>
    /// <exception cref="BenchException">The answer is an error.</exception>
    public async Task PushAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        using var answer = await ReadAsync(path, response, cancellationToken);
    }

    /// <summary>Calls an interface as often as the caller likes and returns how long its answer is, without parsing all of it.</summary>
    /// <exception cref="BenchException">The answer is an error.</exception>
    public async Task<int> ReadAllAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await _http.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (answer.AsSpan().LastIndexOf("\"code\":0,"u8) < 0)
            throw new BenchException($"{path} was answered with an error");
        return answer.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<JsonDocument> ReadAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (json.RootElement.GetProperty("code").GetInt32() == 0)
            return json;
        var error = json.RootElement.GetRawText();
        json.Dispose();
        throw new BenchException($"{path} was answered {error}");
    }
}
