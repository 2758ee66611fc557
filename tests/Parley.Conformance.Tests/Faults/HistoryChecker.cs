namespace Parley.Conformance.Tests.Faults;

/// <summary>Holds the promises of DESIGN §5 against a recorded history.</summary>
public static class HistoryChecker
{
    /// <summary>Every broken promise in a sentence; none when all hold.</summary>
    public static IReadOnlyList<string> Check(History history)
    {
        var broken = new List<string>();
        foreach (var (conversation, rows) in history.Stored)
            CheckRows(conversation, rows, broken);
        var byName = new Dictionary<MessageName, StoredRow>();
        foreach (var (conversation, rows) in history.Stored)
        {
            foreach (var row in rows)
            {
                if (!byName.TryAdd(new(conversation, row.Sender, row.Mid), row))
                    broken.Add($"{conversation}: mid {row.Mid} of {row.Sender} is stored twice");
            }
        }
        CheckAnswers(history, byName, broken);
        CheckPushes(history, byName, broken);
        return broken;
    }

    /// <summary>Ordered: dense from 1, and time never goes back.</summary>
    private static void CheckRows(string conversation, IReadOnlyList<StoredRow> rows, List<string> broken)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Sequence != i + 1)
            {
                broken.Add($"{conversation}: seq {rows[i].Sequence} stands where {i + 1} should");
                break;
            }
        }
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].Time < rows[i - 1].Time)
                broken.Add($"{conversation}: time goes back at seq {rows[i].Sequence}");
        }
    }

    /// <summary>Durable before acknowledged, and nothing from nowhere.</summary>
    private static void CheckAnswers(History history, Dictionary<MessageName, StoredRow> byName, List<string> broken)
    {
        var sent = new HashSet<MessageName>();
        foreach (var happened in history.Events)
        {
            if (happened is HistoryEvent.Sent { Name: var name })
                sent.Add(name);
            if (happened is not HistoryEvent.Told told)
                continue;
            var isStored = byName.TryGetValue(told.Name, out var row);
            if (told.Verdict != Verdict.Refused && !isStored)
                broken.Add($"{told.Name}: acknowledged ({told.Verdict}) and lost");
            else if (told.Verdict == Verdict.Accepted && told.Time != row!.Time)
                broken.Add($"{told.Name}: told the time {told.Time} and stored with {row.Time}");
        }
        foreach (var (name, _) in byName)
        {
            if (!sent.Contains(name))
                broken.Add($"{name}: stored and never sent");
        }
    }

    /// <summary>Pushes: only to those who may, what is stored, in order, without gaps while the session lives.</summary>
    private static void CheckPushes(History history, Dictionary<MessageName, StoredRow> byName, List<string> broken)
    {
        var heard = new Dictionary<(string Session, string Conversation), (long User, List<long> Sequences)>();
        foreach (var happened in history.Events)
        {
            if (happened is not HistoryEvent.Pushed push)
                continue;
            if (!history.Listeners.TryGetValue(push.Name.Conversation, out var listeners) || !listeners.Contains(push.User))
                broken.Add($"{push.Name}: pushed to {push.User}, who must not hear it");
            if (push.User == push.Name.Sender)
                broken.Add($"{push.Name}: pushed to its sender");
            if (!byName.TryGetValue(push.Name, out var row))
            {
                broken.Add($"{push.Name}: pushed to {push.User} and not stored");
                continue;
            }
            if (row.Time != push.Time)
                broken.Add($"{push.Name}: pushed with the time {push.Time} and stored with {row.Time}");
            var key = (push.Session, push.Name.Conversation);
            if (!heard.TryGetValue(key, out var list))
                heard[key] = list = (push.User, []);
            // a push without receipt may come again; the first time counts for the order
            if (!list.Sequences.Contains(row.Sequence))
                list.Sequences.Add(row.Sequence);
        }
        foreach (var ((session, conversation), (user, sequences)) in heard)
            CheckSession(session, conversation, user, sequences, history.Stored[conversation], broken);
    }

    private static void CheckSession(
        string session, string conversation, long user, List<long> sequences, IReadOnlyList<StoredRow> rows, List<string> broken)
    {
        for (var i = 1; i < sequences.Count; i++)
        {
            if (sequences[i] < sequences[i - 1])
                broken.Add($"{conversation}: session {session} was pushed seq {sequences[i]} after {sequences[i - 1]}");
        }
        var (first, last) = (sequences.Min(), sequences.Max());
        var known = sequences.ToHashSet();
        foreach (var row in rows)
        {
            if (row.Sequence > first && row.Sequence < last && row.Sender != user && !known.Contains(row.Sequence))
                broken.Add($"{conversation}: session {session} was not pushed seq {row.Sequence}");
        }
    }
}
