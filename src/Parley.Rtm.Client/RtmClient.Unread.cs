using Parley.Rtm.Client.Codec;

namespace Parley.Rtm.Client;

// What is unread (rtm-client.md §1.8, §4.6, §10.1).
public sealed partial class RtmClient
{
    /// <summary>Where something is unread, announcements included (<c>pushunread</c>). Asking changes nothing.</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmUnread> CheckUnreadAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("pushunread", write: null, PushReader.ReadUnread, timeout, cancellationToken);

    /// <summary>As <see cref="CheckUnreadAsync"/>, under the name that servers of 2018 also know it by (<c>checkunreadmsg</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmUnread> CheckUnreadMessagesAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("checkunreadmsg", write: null, PushReader.ReadUnread, timeout, cancellationToken);

    /// <summary>Where something is unread (<c>getunread</c>).</summary>
    /// <param name="clear">Whether everything is marked as read by this.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmUnread> GetUnreadAsync(bool clear = false, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("getunread", map => map.Add("clear"u8, clear), PushReader.ReadUnread, timeout, cancellationToken);

    /// <summary>How much is unread, everywhere (<c>getunreadmsg</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmUnreadCounts> GetUnreadCountsAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getunreadmsg",
            write: null,
            static (ref answer) => new RtmUnreadCounts(answer.Counts("p2p"u8), answer.Counts("group"u8)),
            timeout,
            cancellationToken);

    /// <summary>How much of some users' messages is unread (<c>getp2punread</c>).</summary>
    /// <param name="userIds">1 to 100 users.</param>
    /// <param name="since">Count only what came after this unix millisecond; null = what was not read.</param>
    /// <param name="types">Count only these message types; null or empty = all.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task<RtmUnreadDetails> GetUserUnreadAsync(
        IReadOnlyCollection<long> userIds,
        long? since = null,
        IReadOnlyCollection<byte>? types = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        AskAsync(
            "getp2punread",
            map => map.Add("uids"u8, userIds).AddIfAny("mtime"u8, since).AddTypes(types),
            static (ref answer) => new RtmUnreadDetails(answer.Counts("p2p"u8), answer.Times("ltime"u8)),
            timeout,
            cancellationToken);

    /// <summary>How much of some groups' messages is unread (<c>getgroupunread</c>).</summary>
    /// <param name="groupIds">1 to 100 groups; those that the caller is not a member of are left out.</param>
    /// <param name="since">Count only what came after this unix millisecond; null = what was not read.</param>
    /// <param name="types">Count only these message types; null or empty = all.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200032 too many, 200033 none.</exception>
    public Task<RtmUnreadDetails> GetGroupUnreadAsync(
        IReadOnlyCollection<long> groupIds,
        long? since = null,
        IReadOnlyCollection<byte>? types = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        AskAsync(
            "getgroupunread",
            map => map.Add("gids"u8, groupIds).AddIfAny("mtime"u8, since).AddTypes(types),
            static (ref answer) => new RtmUnreadDetails(answer.Counts("group"u8), answer.Times("ltime"u8)),
            timeout,
            cancellationToken);

    /// <summary>Marks everything as read (<c>cleanunread</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task ClearUnreadAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("cleanunread", write: null, timeout, cancellationToken);

    /// <summary>As <see cref="ClearUnreadAsync"/>, under the name of 2018 (<c>cleanunreadmsg</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task ClearUnreadMessagesAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("cleanunreadmsg", write: null, timeout, cancellationToken);

    /// <summary>The caller's conversations and when something was last said there (<c>getsession</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmSessions> GetSessionsAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getsession",
            write: null,
            static (ref answer) => new RtmSessions(answer.TimesOrIds("p2p"u8), answer.TimesOrIds("group"u8)),
            timeout,
            cancellationToken);
}
