using System.Text.Json;

namespace Parley.Server.Hosting;

/// <summary><c>endpoints.json</c> in the data directory: there exactly while all doors accept connections.</summary>
internal sealed class EndpointsFile(string directory)
{
    private readonly string _path = Path.Combine(directory, "endpoints.json");

    /// <summary>Writes the file in one step: a reader sees all of it or nothing.</summary>
    public void Write(IReadOnlyList<OpenDoor> doors)
    {
        var temporary = _path + ".new";
        using (var stream = File.Create(temporary))
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var door in doors)
                json.WriteString(door.Name, door.Endpoint);
            json.WriteEndObject();
            json.Flush();
            stream.Write("\n"u8);
        }
        File.Move(temporary, _path, overwrite: true);
    }

    /// <summary>Removes the file, also one that a killed server left behind: only for who holds the directory.</summary>
    public void Remove() => File.Delete(_path);
}
