using Parley.Rtm.Client.Codec;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Client;

// Small data and options of the caller (rtm-client.md §10.1).
public sealed partial class RtmClient
{
    /// <summary>A value of the caller; null when there is none (<c>dbget</c>, the older store).</summary>
    /// <param name="key">1 to 128 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200033 empty key, 200030 large key.</exception>
    public Task<string?> GetDbValueAsync(string key, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("dbget", map => map.Add("key"u8, key), static (ref answer) => answer.StringOrNull("val"u8), timeout, cancellationToken);

    /// <summary>Keeps a value for the caller (<c>dbset</c>, the older store).</summary>
    /// <param name="key">1 to 128 bytes.</param>
    /// <param name="value">At most 65535 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200033 empty key, 200030 large key or value.</exception>
    public Task SetDbValueAsync(string key, string value, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("dbset", map => map.Add("key"u8, key).Add("val"u8, value), timeout, cancellationToken);

    /// <summary>A value of the caller; null when there is none (<c>dataget</c>). Its store is not that of <c>dbget</c>.</summary>
    /// <param name="key">1 to 128 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200033 empty key, 200030 large key.</exception>
    public Task<string?> GetValueAsync(string key, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("dataget", map => map.Add("key"u8, key), static (ref answer) => answer.StringOrNull("val"u8), timeout, cancellationToken);

    /// <summary>Keeps a value for the caller (<c>dataset</c>).</summary>
    /// <param name="key">1 to 128 bytes.</param>
    /// <param name="value">At most 65535 bytes.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200033 empty key, 200030 large key or value.</exception>
    public Task SetValueAsync(string key, string value, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("dataset", map => map.Add("key"u8, key).Add("val"u8, value), timeout, cancellationToken);

    /// <summary>Forgets a value of the caller (<c>datadel</c>).</summary>
    /// <exception cref="RtmException">200033 empty key, 200030 large key.</exception>
    public Task DeleteValueAsync(string key, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("datadel", map => map.Add("key"u8, key), timeout, cancellationToken);

    /// <summary>Switches mobile notifications off for a user or a group (<c>addoption</c>).</summary>
    /// <param name="conversation">With a user or of a group (<see cref="ArgumentException"/> for others).</param>
    /// <param name="types">Only for these message types; null or empty = for all.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200034 a type outside 1 to 127.</exception>
    public Task MuteAsync(
        RtmConversation conversation,
        IReadOnlyCollection<byte>? types = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        DoAsync("addoption", OptionOf(conversation, types), timeout, cancellationToken);

    /// <summary>Switches mobile notifications on again (<c>removeoption</c>).</summary>
    /// <param name="conversation">With a user or of a group (<see cref="ArgumentException"/> for others).</param>
    /// <param name="types">Only for these message types; null or empty = for all.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200034 a type outside 1 to 127.</exception>
    public Task UnmuteAsync(
        RtmConversation conversation,
        IReadOnlyCollection<byte>? types = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        DoAsync("removeoption", OptionOf(conversation, types), timeout, cancellationToken);

    /// <summary>Where mobile notifications are off (<c>getoption</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmMuted> GetMutedAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getoption",
            write: null,
            static (ref answer) => new RtmMuted(answer.TypeLists("p2p"u8), answer.TypeLists("group"u8)),
            timeout,
            cancellationToken);

    private static Action<FpnnMapWriter> OptionOf(RtmConversation conversation, IReadOnlyCollection<byte>? types)
    {
        var type = conversation.Kind switch
        {
            RtmConversationKind.User => 0L,
            RtmConversationKind.Group => 1L,
            _ => throw new ArgumentException("Only conversations with users and of groups have options.", nameof(conversation)),
        };
        return map => map.Add("type"u8, type).Add("xid"u8, conversation.Id).AddTypes(types);
    }
}
