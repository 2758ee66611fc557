using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Parley.Conformance.Tests.Support;

/// <summary>An answer by HTTP as it came over the socket.</summary>
public sealed record HttpAnswer(int Status, string Head, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public int Code => Json.GetProperty("code").GetInt32();

    /// <summary>A header's value; null when it is not there.</summary>
    public string? Header(string name)
    {
        foreach (var line in Head.Split("\r\n"))
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 1)..].Trim();
        }
        return null;
    }
}

/// <summary>HTTP with the bytes in one's own hand: each call has a connection of its own.</summary>
public static class HttpPeer
{
    public static Task<HttpAnswer> GetAsync(IPEndPoint door, string target, params (string Name, string Value)[] headers) =>
        CallAsync(door, "GET", target, null, headers);

    public static Task<HttpAnswer> PostAsync(
        IPEndPoint door, string target, ReadOnlyMemory<byte> body, params (string Name, string Value)[] headers) =>
        CallAsync(door, "POST", target, body, headers);

    public static async Task<HttpAnswer> CallAsync(
        IPEndPoint door, string method, string target, ReadOnlyMemory<byte>? body, params (string Name, string Value)[] headers)
    {
        await using var peer = await RawPeer.ConnectAsync(door);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {door}\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
            head.Append($"{name}: {value}\r\n");
        if (body is { } told)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {told.Length}\r\n");
        await peer.SendTextAsync(head.Append("\r\n").ToString());
        if (body is { } bytes)
            await peer.TrySendAsync(bytes);
        return await ReadAsync(peer, hasBody: method != "HEAD");
    }

    public static async Task<HttpAnswer> ReadAsync(RawPeer peer, bool hasBody = true)
    {
        var head = await peer.ReadHeadAsync();
        var answer = new HttpAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, []);
        if (answer.Header("Transfer-Encoding") is "chunked")
            return answer with { Body = await ReadChunksAsync(peer) };
        var length = int.Parse(answer.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        return hasBody ? answer with { Body = await peer.ReadAsync(length) } : answer;
    }

    private static async Task<byte[]> ReadChunksAsync(RawPeer peer)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = new StringBuilder();
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
                line.Append((char)(await peer.ReadAsync(1))[0]);
            var length = int.Parse(line.ToString().AsSpan().TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(await peer.ReadAsync(length));
            Assert.Equal("\r\n", Encoding.ASCII.GetString(await peer.ReadAsync(2)));
            if (length == 0)
                return body.ToArray();
        }
    }
}
