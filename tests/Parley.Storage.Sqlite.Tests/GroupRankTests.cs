using System.Diagnostics;
using System.Globalization;
using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Conformance;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>The numbers of messages of groups: when they are written, what a crash and a failed commit leave, and what reading costs.</summary>
public sealed class GroupRankTests(ITestOutputHelper output) : SqliteStoreTests
{
    private volatile bool _refuseCommit;

    [Fact]
    public async Task Nothing_is_written_for_a_message_until_many_groups_have_spoken()
    {
        await MakeGroupsAsync(GroupRanks.MostGroups);
        await SpeakAsync(1, GroupRanks.MostGroups - 1);
        Assert.Equal(0, await WrittenAsync());
        await SpeakAsync(1, GroupRanks.MostGroups - 1);
        Assert.Equal(0, await WrittenAsync());
        await SpeakAsync(GroupRanks.MostGroups, GroupRanks.MostGroups);
        Assert.Equal((2 * GroupRanks.MostGroups) - 1, await WrittenAsync());
    }

    [Fact]
    public async Task A_long_tail_of_the_log_is_not_left_behind()
    {
        await MakeGroupsAsync(1);
        await SpeakAsync(1, 1);
        await AppendManyAsync(GroupRanks.MostMessages - 2, Pair);
        Assert.Equal(0, await WrittenAsync());
        await AppendAsync(Entry(7));
        Assert.Equal(1, await WrittenAsync());
        await AppendManyAsync(GroupRanks.MostMessages - 1, Pair);
        Assert.Equal(GroupRanks.MostMessages, await RankedUntilAsync());
        await AppendAsync(Entry(8));
        Assert.Equal(2 * GroupRanks.MostMessages, await RankedUntilAsync());
    }

    [Fact]
    public async Task After_a_crash_what_was_not_written_is_counted_again()
    {
        await MakeGroupsAsync(3);
        await SpeakAsync(1, 3);
        await OnWriterAsync(session => session.Journal.RememberLastId());
        Assert.Equal((3, 3), (await WrittenAsync(), await RankedUntilAsync()));
        await SpeakAsync(2, 3);
        await SpeakAsync(3, 3);
        Assert.Equal([(3L, 3L), (2, 2), (1, 1)], await BusiestAsync());
        Assert.Equal(3, await WrittenAsync());

        await using var killed = await Files.KilledAsync(Time);
        Assert.Equal([(3L, 3L), (2, 2), (1, 1)], await killed.Store.Statistics.GetBusiestGroupsAsync(Project, 10, Token));
    }

    [Fact]
    public async Task After_a_crash_positions_and_counts_go_on_where_they_were()
    {
        var made = await Store.Installations.AddAsync(Project, 7, 0, 0, 0, Token);
        Assert.Equal(100, await Store.Installations.ReserveSequenceAsync(Project, made.Id, 0, 100, 1000, Token));
        await Store.Statistics.SetPrecisionAsync(Project, new(60, 5), 0, 10, Token);
        await Store.Statistics.SaveOnlineAsync([new(Project, 60, new(120, 3, 1))], Token);

        await using var killed = await Files.KilledAsync(Time);
        Assert.Equal(1100, await killed.Store.Installations.ReserveSequenceAsync(Project, made.Id, 0, 100, 1000, Token));
        Assert.Equal(made.Id + 1, (await killed.Store.Installations.AddAsync(Project, 7, 0, 0, 0, Token)).Id);
        await killed.Store.Statistics.SaveOnlineAsync([new(Project, 60, new(120, 2, 0))], Token);
        Assert.Equal([new(120, 3, 0)], await killed.Store.Statistics.GetOnlineAsync(Project, 60, long.MaxValue, 5, Token));
    }

    [Fact]
    public async Task What_is_retired_before_it_was_written_is_counted_all_the_same_after_a_crash()
    {
        await MakeGroupsAsync(2);
        await SpeakAsync(1, 2);
        Assert.Equal(0, await WrittenAsync());
        await Store.Messages.RetireAsync(Project, Time.UnixMilliseconds + 1, 0, 100, Token);
        Assert.Equal(2, await WrittenAsync());
    }

    [Fact]
    public async Task Messages_of_a_commit_that_failed_do_not_count_and_those_before_it_do()
    {
        await MakeGroupsAsync(2);
        await SpeakAsync(1, 2);
        await OnWriterAsync(session => raw.sqlite3_commit_hook(session.Database.Handle, _ => _refuseCommit ? 1 : 0, null));
        _refuseCommit = true;
        TrackedEntry? entry = null;
        Task? asking = null;
        await InOneBatchAsync(() =>
        {
            entry = Append(Entry(5, Group(1)));
            asking = Store.Statistics.GetBusiestGroupsAsync(Project, 10, Token).AsTask();
        });
        await Assert.ThrowsAsync<StoreException>(() => asking!);
        Assert.Equal(JournalStatus.Failed, (await entry!.Committed).Status);
        _refuseCommit = false;

        Assert.Equal(0, await WrittenAsync());
        Assert.Equal([(1L, 1L), (2, 1)], await BusiestAsync());
        await SpeakAsync(2, 2);
        Assert.Equal([(2L, 2L), (1, 1)], await BusiestAsync());
    }

    [Fact]
    public async Task The_first_of_a_hundred_thousand_groups_are_found_at_once()
    {
        await MakeGroupsAsync(100_000);
        await OnWriterAsync(session =>
            session.Database.Execute("UPDATE group_rank SET members = group_id % 1009, messages = group_id % 9973"));

        Assert.Equal([1008L, 2017, 3026], (await Store.Statistics.GetLargestGroupsAsync(Project, 3, Token)).Select(group => group.GroupId));
        var largest = await BestOfAsync(async () => await Store.Statistics.GetLargestGroupsAsync(Project, 10, Token));
        var busiest = await BestOfAsync(async () => await Store.Statistics.GetBusiestGroupsAsync(Project, 10, Token));

        await SpeakAsync(1, GroupRanks.MostGroups - 1);
        Assert.Equal([9972L, 19_945], (await Store.Statistics.GetBusiestGroupsAsync(Project, 2, Token)).Select(group => group.GroupId));
        var waiting = await BestOfAsync(async () => await Store.Statistics.GetBusiestGroupsAsync(Project, 10, Token));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"largest {largest:F3} ms, busiest {busiest:F3} ms, with many groups that wait {waiting:F3} ms"));
        Assert.InRange(largest, 0, 50);
        Assert.InRange(busiest, 0, 50);
        Assert.InRange(waiting, 0, 100);
    }

    [Fact]
    public async Task Groups_of_an_older_store_are_counted_when_it_is_brought_up_to_date()
    {
        await Store.DisposeAsync();
        File.Delete(Files.File);
        File.Create(Files.File).Dispose();
        using (var database = SqliteDatabase.Open(Files.File, readOnly: false))
        {
            var scripts = Migrations.Scripts.TakeWhile(script => !script.Name.Contains("statistics", StringComparison.Ordinal)).ToList();
            foreach (var (_, name) in scripts)
            {
                using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream(name)!);
                database.Execute(await reader.ReadToEndAsync(Token));
            }
            database.Execute($"PRAGMA application_id = {0x5041524C}; PRAGMA user_version = {scripts[^1].Number}");
            database.Execute(OlderStore);
        }
        await OpenAsync();

        Assert.Equal([(2L, 3L), (1, 2), (3, 0), (4, 0)], await Store.Statistics.GetLargestGroupsAsync(Project, 10, Token));
        Assert.Equal([(1L, 5L), (3, 4), (2, 1), (4, 0)], await BusiestAsync());
        await AppendAsync(Entry(1, Group(2)));
        await AppendAsync(Entry(1, Group(4)));
        Assert.Equal([(1L, 5L), (3, 4), (2, 2), (4, 1)], await BusiestAsync());
    }

    /// <summary>
    /// Group 1: two of its five messages were retired. Group 2: founded again at 100 after two messages. Group 3: all four were retired.
    /// Group 4: founded again, and nothing was said since.
    /// </summary>
    private const string OlderStore = """
        INSERT INTO chat_group (project_id, group_id, created) VALUES (1000, 1, 100), (1000, 2, 100), (1000, 3, 100), (1000, 4, 100);
        INSERT INTO group_member (project_id, group_id, user_id, joined_after, joined)
            VALUES (1000, 1, 1, 0, 1), (1000, 1, 2, 0, 1), (1000, 2, 1, 0, 1), (1000, 2, 2, 0, 1), (1000, 2, 3, 0, 1);
        INSERT INTO conversation (id, project_id, kind, first, second, head_seq, head_time, retired_seq)
            VALUES (1, 1000, 2, 1, 0, 0, 0, 2), (2, 1000, 2, 2, 0, 0, 0, 0), (3, 1000, 2, 3, 0, 4, 104, 4), (4, 1000, 2, 4, 0, 0, 0, 0);
        INSERT INTO message (id, conversation_id, seq, sender, mid, time, type, is_binary, is_deleted, file_kind, file_size)
            VALUES (3, 1, 3, 1, 1, 103, 30, 0, 0, 0, 0), (4, 1, 4, 1, 2, 104, 30, 0, 0, 0, 0), (5, 1, 5, 1, 3, 105, 30, 0, 0, 0, 0),
                (6, 2, 1, 1, 1, 98, 30, 0, 0, 0, 0), (7, 2, 2, 1, 2, 99, 30, 0, 0, 0, 0), (8, 2, 3, 1, 3, 100, 30, 0, 0, 0, 0),
                (9, 4, 1, 1, 1, 99, 30, 0, 0, 0, 0);
        """;

    private static ConversationKey Group(long groupId) => ConversationKey.Group(Project, groupId);

    private static async Task<double> BestOfAsync(Func<Task> action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return best;
    }

    private Task MakeGroupsAsync(int count) => OnWriterAsync(session =>
    {
        for (var group = 1; group <= count; group++)
            session.Use("INSERT INTO chat_group (project_id, group_id, created) VALUES (1000, ?, 0)").Bind((long)group).Run();
    });

    private async Task SpeakAsync(int from, int to)
    {
        var entries = Enumerable.Range(from, to - from + 1).Select(group => Append(Entry(1, Group(group)))).ToList();
        await Task.WhenAll(entries.Select(entry => entry.Committed));
    }

    private async Task AppendManyAsync(int count, ConversationKey conversation)
    {
        for (var done = 0; done < count; done += 10_000)
        {
            var entries = Enumerable.Range(0, Math.Min(10_000, count - done)).Select(i => Append(Entry(i, conversation))).ToList();
            await Task.WhenAll(entries.Select(entry => entry.Committed));
        }
    }

    private async Task<IReadOnlyList<(long GroupId, long Total)>> BusiestAsync() =>
        await Store.Statistics.GetBusiestGroupsAsync(Project, 10, Token);

    /// <summary>Messages that the ranking on the disk knows of.</summary>
    private Task<long> WrittenAsync() => ScalarAsync("SELECT coalesce(sum(messages), 0) FROM group_rank");

    private Task<long> RankedUntilAsync() => ScalarAsync("SELECT value FROM meta WHERE key = 'ranked_message'");

    private Task<long> ScalarAsync(string sql) => Store.Writer.RunAsync(session => session.Database.Scalar(sql), Token).AsTask();
}
