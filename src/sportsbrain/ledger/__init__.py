"""Everything that can run out or be owed: stock, holds, money, invoices."""
