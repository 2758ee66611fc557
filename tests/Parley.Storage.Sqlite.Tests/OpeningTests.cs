using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Testing;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>Opening: what is made, what is refused, and with which line for the operator.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryStore _files = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => Directory.Delete(_files.Directory, recursive: true);

    [Fact]
    public async Task A_new_store_has_the_newest_schema_in_WAL_mode_and_belongs_to_its_owner_only()
    {
        await using (await _files.OpenAsync(_time))
        {
            using var database = SqliteDatabase.Open(_files.File, readOnly: true);
            Assert.Equal(Migrations.Latest, database.Scalar("PRAGMA user_version"));
            using var mode = database.Use("PRAGMA journal_mode");
            Assert.True(mode.Step());
            Assert.Equal("wal", mode.Text(0));
            Assert.True(File.Exists(_files.File + "-wal"));
            if (OperatingSystem.IsWindows())
                return;
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var directory = Path.GetDirectoryName(_files.File)!;
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
            foreach (var file in Directory.GetFiles(directory))
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_closed_store_is_one_file_without_a_log()
    {
        await using (var store = await _files.OpenAsync(_time))
            await store.Rooms.SetInfoAsync(1, 1, "x", null, CancellationToken.None);

        Assert.False(File.Exists(_files.File + "-wal"));
        await using var again = await _files.OpenAsync(_time);
        Assert.Equal("x", (await again.Rooms.GetInfoAsync(1, 1, CancellationToken.None)).OpenInfo);
    }

    [Fact]
    public async Task Closing_twice_is_closing_once()
    {
        var store = await _files.OpenAsync(_time);
        await store.DisposeAsync();
        await store.DisposeAsync();
    }

    [Fact]
    public void Migrations_are_numbered_from_one_without_gaps() =>
        Assert.Equal(Enumerable.Range(1, Migrations.Latest), Migrations.Scripts.Select(script => script.Number));

    [Fact]
    public async Task Infos_of_rooms_that_an_older_program_kept_are_still_there()
    {
        var rooms = Migrations.Scripts.Single(script => script.Name.EndsWith("_rooms.sql", StringComparison.Ordinal));
        await (await _files.OpenAsync(_time)).DisposeAsync();
        await File.WriteAllBytesAsync(_files.File, []);
        using (var database = SqliteDatabase.Open(_files.File, readOnly: false))
        {
            foreach (var (_, name) in Migrations.Scripts.TakeWhile(script => script.Number < rooms.Number))
            {
                using var reader = new StreamReader(typeof(Migrations).Assembly.GetManifestResourceStream(name)!);
                database.Execute(await reader.ReadToEndAsync());
            }
            database.Execute($"""
                INSERT INTO room (project_id, room_id, open_info, private_info) VALUES (1, 5, 'o', 'p');
                PRAGMA application_id = {0x5041524C}; PRAGMA user_version = {rooms.Number - 1}
                """);
        }
        await using var store = await _files.OpenAsync(_time);
        Assert.Equal(new Core.Rooms.RoomInfo("o", "p"), await store.Rooms.GetInfoAsync(1, 5, CancellationToken.None));
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_and_not_a_byte_of_it_changes()
    {
        await (await _files.OpenAsync(_time)).DisposeAsync();
        using (var database = SqliteDatabase.Open(_files.File, readOnly: false))
            database.Execute($"PRAGMA user_version = {Migrations.Latest + 1}; PRAGMA wal_checkpoint(TRUNCATE)");
        var before = SHA256.HashData(await File.ReadAllBytesAsync(_files.File));

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));

        Assert.Contains("newer Parley", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(_files.File)));
    }

    [Fact]
    public async Task A_second_server_is_refused_until_the_first_has_closed()
    {
        var first = await _files.OpenAsync(_time);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));
        Assert.Contains("in use by another server", refusal.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await (await _files.OpenAsync(_time)).DisposeAsync();
    }

    [Theory]
    [InlineData("this is a text and not a database, however long it may be, and it goes on for a while so that it is longer than a header")]
    [InlineData("short")]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_files.File)!);
        await File.WriteAllTextAsync(_files.File, text, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));

        Assert.Contains("is not a database", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_files.File, TestContext.Current.CancellationToken));
        await File.WriteAllBytesAsync(_files.File, []);
        await (await _files.OpenAsync(_time)).DisposeAsync();
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_files.File)!);
        await File.WriteAllBytesAsync(_files.File, [], TestContext.Current.CancellationToken);
        using (var database = SqliteDatabase.Open(_files.File, readOnly: false))
            database.Execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
        var before = await File.ReadAllBytesAsync(_files.File, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));

        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_files.File, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_in_one_line()
    {
        var file = Path.Combine(_files.Directory, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<StoreException>(
            async () => await _files.OpenAsync(_time, _files.Options with { Path = Path.Combine(file, "sub", "parley.db") }));

        Assert.Contains("cannot be made", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task A_directory_in_place_of_the_database_is_told_in_one_line()
    {
        Directory.CreateDirectory(_files.File);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));

        Assert.Contains(_files.File, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task A_damaged_database_is_told_in_one_line()
    {
        await (await _files.OpenAsync(_time)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(_files.File, TestContext.Current.CancellationToken);
        bytes.AsSpan(100).Fill(0xA5);
        await File.WriteAllBytesAsync(_files.File, bytes, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await _files.OpenAsync(_time));

        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    public static TheoryData<string> BadOptions() => ["BatchSize", "QueueLength", "Readers", "CheckpointPages", "DuplicateWindow", "Path"];

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task An_option_out_of_its_range_is_named(string name)
    {
        var options = name switch
        {
            "BatchSize" => _files.Options with { BatchSize = 0 },
            "QueueLength" => _files.Options with { QueueLength = 15 },
            "Readers" => _files.Options with { Readers = 65 },
            "CheckpointPages" => _files.Options with { CheckpointPages = -1 },
            "DuplicateWindow" => _files.Options with { DuplicateWindow = TimeSpan.FromHours(25) },
            "Path" => _files.Options with { Path = " " },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown option."),
        };

        var refusal = await Assert.ThrowsAsync<StoreException>(
            async () => await SqliteStore.OpenAsync(options, _time, NullLoggerFactory.Instance, CancellationToken.None));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bundled_library_is_there_for_systems_without_one()
    {
        Assert.True(NativeLibrary.TryLoad("e_sqlite3", typeof(SQLite3Provider_e_sqlite3).Assembly, null, out var handle));
        Assert.True(NativeLibrary.TryGetExport(handle, "sqlite3_open_v2", out _));
    }
}
