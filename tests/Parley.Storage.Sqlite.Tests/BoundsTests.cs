using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Storage.Conformance;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>With all caches at their smallest everything still holds; the log stays bounded; statements stay on their indexes.</summary>
public sealed class BoundsTests : SqliteStoreTests
{
    protected override SqliteStoreOptions Options => Files.Options with
    {
        BatchSize = 64,
        ConversationCache = 16,
        DuplicateWindowEntries = 100,
        CheckpointPages = 64,
        Readers = 1,
    };

    [Fact]
    public async Task Sequences_stay_dense_when_more_conversations_are_alive_than_the_cache_holds()
    {
        var random = new Random(1);
        var heads = new long[100];
        for (var round = 0; round < 20; round++)
        {
            var entries = Enumerable.Range(0, 200).Select(i => Append(Entry(i, ConversationKey.Group(Project, random.Next(100))))).ToArray();
            foreach (var entry in entries)
                Assert.Equal(++heads[(await entry.Committed).Message.Conversation.First], entry.Message.Sequence);
        }
    }

    [Fact]
    public async Task Only_the_newest_messages_are_remembered_as_the_firsts_of_retries()
    {
        for (var mid = 1; mid <= 150; mid++)
            await AppendAsync(Entry(mid, window: 10_000));

        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Entry(51, window: 10_000))).Status);
        Assert.Equal(JournalStatus.Stored, (await AppendAsync(Entry(50, window: 10_000))).Status);
        await ReopenAsync();
        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Entry(50, window: 10_000))).Status);
        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Entry(52, window: 10_000))).Status);
        Assert.Equal(JournalStatus.Stored, (await AppendAsync(Entry(51, window: 10_000))).Status);
    }

    [Fact]
    public async Task Only_the_last_hour_is_remembered_over_a_restart()
    {
        for (var mid = 1; mid <= 40; mid++)
        {
            await AppendAsync(Entry(mid));
            Time.Advance(TimeSpan.FromMinutes(3));
        }
        await ReopenAsync();

        Assert.Equal(JournalStatus.Stored, (await AppendAsync(Entry(20, window: int.MaxValue))).Status);
        Assert.Equal(JournalStatus.Duplicate, (await AppendAsync(Entry(21, window: int.MaxValue))).Status);
    }

    [Fact]
    public async Task The_log_stays_bounded_while_commits_go_on()
    {
        using var listener = new MeterListener();
        var checkpoints = new BlockingCollection<double>();
        listener.InstrumentPublished = (instrument, owner) =>
        {
            if (instrument.Meter.Name == SqliteMetrics.MeterName && instrument.Name == "parley.store.checkpoint.duration")
                owner.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => checkpoints.Add(seconds));
        listener.Start();

        var written = 0L;
        for (var round = 0; round < 30; round++)
        {
            var entries = Enumerable.Range(0, 100).Select(i => Append(Entry(i, bytes: 4000))).ToArray();
            await Task.WhenAll(entries.Select(entry => entry.Committed));
            written += 100 * 4000;
            Assert.True(checkpoints.TryTake(out _, TimeSpan.FromSeconds(30)));
        }
        await OnWriterAsync(_ => { });

        Assert.InRange(new FileInfo(Files.File + "-wal").Length, 0, written / 2);
        Assert.Equal(3000, await HeadAsync(Pair));
    }

    [Fact]
    public async Task Metrics_tell_of_commits()
    {
        using var listener = new MeterListener();
        var seen = new ConcurrentDictionary<string, double>();
        listener.InstrumentPublished = (instrument, owner) =>
        {
            if (instrument.Meter.Name == SqliteMetrics.MeterName)
                owner.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, old) => old + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, old) => old + value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, old) => old + value));
        listener.Start();

        await AppendAsync(Entry(1));
        await OnWriterAsync(_ => { });
        await OnWriterAsync(_ => { });
        listener.RecordObservableInstruments();

        Assert.True(seen["parley.store.entries"] >= 1);
        Assert.True(seen["parley.store.operations"] >= 1);
        Assert.True(seen["parley.store.commit.size"] >= 2);
        Assert.Contains("parley.store.commit.duration", seen.Keys);
        Assert.Contains("parley.store.write_queue.length", seen.Keys);
        Assert.Contains("parley.store.read_queue.length", seen.Keys);
        Assert.True(seen["parley.store.log.size"] > 0);
    }

    [Fact]
    public async Task No_statement_reads_a_table_from_end_to_end()
    {
        await Store.DisposeAsync();
        using (var database = SqliteDatabase.Open(Files.File, readOnly: false))
        {
            var plans = new List<string>();
            foreach (var sql in Statements())
            {
                using var plan = database.Use("EXPLAIN QUERY PLAN " + sql);
                while (plan.Step())
                    plans.Add($"{plan.Text(3)}: {sql}");
            }
            Assert.True(plans.Count > 40);
            Assert.DoesNotContain(plans, plan => plan.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal));
            Assert.Equal(["SCAN project"], plans.Where(plan => plan.StartsWith("SCAN", StringComparison.Ordinal)).Select(plan => plan.Split(':')[0]));
        }
        await OpenAsync();
    }

    [Fact]
    public void Log_events_have_numbers_of_their_own()
    {
        var numbers = typeof(SqliteLog).GetMethods().Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>().ToList();

        Assert.True(numbers.Count >= 10);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    /// <summary>Every constant SQL text of the assembly that reads or changes rows.</summary>
    private static IEnumerable<string> Statements() =>
        from type in typeof(SqliteStore).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
        where field.IsLiteral && field.FieldType == typeof(string)
        let sql = (string)field.GetRawConstantValue()!
        where sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.StartsWith("UPDATE", StringComparison.Ordinal)
            || sql.StartsWith("DELETE", StringComparison.Ordinal) || sql.StartsWith("INSERT", StringComparison.Ordinal)
        where !sql.EndsWith("FROM message", StringComparison.Ordinal)
        select sql;
}
