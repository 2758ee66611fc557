using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Faults;

/// <summary>Reads conversations to their end, as a client does.</summary>
internal static class HistoryReader
{
    /// <param name="peer">A logged-in reader.</param>
    /// <param name="method">One of the history quests.</param>
    /// <param name="key">Its key for the conversation.</param>
    /// <param name="id">The conversation.</param>
    public static async Task<IReadOnlyList<StoredRow>> ReadAsync(RtmPeer peer, string method, string key, long id)
    {
        var rows = new List<StoredRow>();
        object? begin = 0, end = 0, lastId = 0;
        while (true)
        {
            var page = await peer.OkAsync(method, (key, id), ("num", 20), ("desc", false), ("begin", begin), ("end", end), ("lastid", lastId));
            if (page.Int("num") == 0)
                return rows;
            foreach (var row in page.Rows("msgs"))
            {
                var sender = method == "getp2pmsg" ? (long)row[1]! == 1 ? peer.UserId : id : (long)row[1]!;
                rows.Add(new((long)row[0]!, sender, (long)row[3]!, (long)row[7]!));
            }
            (begin, end, lastId) = (page["begin"], page["end"], page["lastid"]);
        }
    }
}
