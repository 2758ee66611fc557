using Parley.Rtm.Client.Codec;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Client;

// What belongs to the connection (rtm-client.md §3, §10.1).
public sealed partial class RtmClient
{
    /// <summary>Asks for a sign of life and measures how long it takes (<c>ping</c>). The client does so by itself too.</summary>
    /// <exception cref="RtmException">20003 no answer, 20002 the connection was lost.</exception>
    public async Task<TimeSpan> PingAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        await DoAsync("ping", write: null, timeout, cancellationToken);
        return _time.GetElapsedTime(started);
    }

    /// <summary>Keeps settings for as long as the connection lasts (<c>addvariables</c>); the same key overwrites.</summary>
    /// <param name="variables">With those that are there already at most 64 keys and 2048 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200030 too large.</exception>
    public Task AddVariablesAsync(
        IReadOnlyDictionary<string, string> variables, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addvariables", map => map.Add("var"u8, variables), timeout, cancellationToken);

    /// <summary>Writes a line into the gate's log of client debugging (<c>adddebuglog</c>).</summary>
    /// <param name="text">At most 20480 bytes.</param>
    /// <param name="attributes">At most 2048 bytes, JSON advised.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200030 too large.</exception>
    public Task AddDebugLogAsync(
        string text, string attributes = "", TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("adddebuglog", map => map.Add("msg"u8, text).Add("attrs"u8, attributes), timeout, cancellationToken);

    /// <summary>
    /// Adds attributes that the user's other connections can see (<c>addattrs</c>). They end with the connection; those of
    /// <see cref="RtmClientOptions.Attributes"/> come again.
    /// </summary>
    /// <param name="attributes">With those that are there already at most 64 keys and 2048 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200030 too large.</exception>
    public Task AddAttributesAsync(
        IReadOnlyDictionary<string, string> attributes, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("addattrs", map => map.Add("attrs"u8, attributes), timeout, cancellationToken);

    /// <summary>The user's connections with their attributes (<c>getattrs</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<IReadOnlyList<RtmConnectionInfo>> GetConnectionsAsync(
        TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<RtmConnectionInfo>>("getattrs", write: null, ReadConnections, timeout, cancellationToken);

    /// <summary>Ends another connection of the same user (<c>kickout</c>), where the project allows several.</summary>
    /// <param name="endpoint">Its <see cref="RtmConnectionInfo.Endpoint"/>.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200012 that is this connection, 200020 the project allows only one, 200033 empty.</exception>
    public Task KickOutAsync(string endpoint, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("kickout", map => map.Add("ce"u8, endpoint), timeout, cancellationToken);

    // attrs: a list with a map for each connection
    private static List<RtmConnectionInfo> ReadConnections(ref FpnnParameters answer)
    {
        var connections = new List<RtmConnectionInfo>();
        if (!answer.TryGetRaw("attrs"u8, out var raw))
            return connections;
        var reader = new MessagePackReader(raw);
        if (!reader.TryReadArrayHeader(out var count))
            answer.Fail(FpnnErrorCode.WrongType, "attrs"u8);
        for (var i = 0; i < count && !answer.Failed; i++)
        {
            if (TryReadTexts(ref reader, out var attributes))
                connections.Add(ConnectionOf(attributes));
            else
                answer.Fail(FpnnErrorCode.WrongType, "attrs"u8);
        }
        return connections;
    }

    private static RtmConnectionInfo ConnectionOf(Dictionary<string, string> attributes)
    {
        attributes.Remove("ce", out var endpoint);
        attributes.Remove("login", out var login);
        attributes.Remove("my", out var my);
        var time = long.TryParse(login, out var seconds) ? Moments.FromSeconds(seconds) : null;
        return new(endpoint ?? "", time, my is "true" or "1", attributes);
    }

    private static bool TryReadTexts(ref MessagePackReader reader, out Dictionary<string, string> texts)
    {
        texts = [];
        if (!reader.TryReadMapHeader(out var count))
            return false;
        for (var i = 0; i < count; i++)
        {
            if (!FpnnValue.TryReadString(ref reader, out var key) || !FpnnValue.TryReadString(ref reader, out var value))
                return false;
            texts[key] = value;
        }
        return true;
    }
}
