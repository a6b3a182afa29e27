Console.WriteLine("Measures EdgeRetail against its limits.");
