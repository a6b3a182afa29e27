using System.Text;

namespace EdgeRetail.Demo.Sales;

/// <summary>Reads CSV as RFC 4180 writes it, in one pass, and keeps count of lines: fields may be quoted and then hold line breaks.</summary>
static class CsvFile
{
    public static IEnumerable<CsvRow> Read(TextReader reader, char separator)
    {
        var line = 1;
        while (reader.Peek() >= 0)
        {
            var began = line;
            var fields = new List<string>();
            var fault = ReadRecord(reader, separator, fields, ref line);
            if (fields is [""] && fault is null) continue;
            yield return new(began, fields, fault);
        }
    }

    static string? ReadRecord(TextReader reader, char separator, List<string> fields, ref int line)
    {
        string? fault = null;
        while (true)
        {
            var field = new StringBuilder();
            if (reader.Peek() == '"')
            {
                reader.Read();
                if (!ReadQuoted(reader, field, ref line)) fault ??= "a quote is opened and never closed";
            }

            while (reader.Peek() is var next and >= 0 && next != separator && next != '\n' && next != '\r') field.Append((char)reader.Read());
            fields.Add(field.ToString());
            if (reader.Peek() == separator)
            {
                reader.Read();
                continue;
            }

            if (reader.Peek() == '\r') reader.Read();
            if (reader.Peek() == '\n') reader.Read();
            line++;
            return fault;
        }
    }

    static bool ReadQuoted(TextReader reader, StringBuilder field, ref int line)
    {
        while (reader.Read() is var next and >= 0)
        {
            if (next != '"')
            {
                if (next == '\n') line++;
                field.Append((char)next);
            }
            else if (reader.Peek() == '"') field.Append((char)reader.Read());
            else return true;
        }

        return false;
    }
}
